import Foundation
import Reports
import Testing

/// A shelf of real cards, one for each mode, and `ce` against servers that misbehave: nothing of one mode reaches another.
final class HostileBench {
    /// Three sections and a bit: enough for a break in the middle.
    static let imageBytes = 200_000
    /// A mode that takes longer hangs: `ce` has a patience of a second, and asks a second time. In seconds.
    static let limitSeconds = 40.0

    let folder: TestFolder
    private let shelf: Process
    private let image: [UInt8]
    /// By slot, from 1.
    private let cards: [String]
    /// What was done to the card in each slot.
    private var modes: [Int: HostileMode] = [:]
    private var manifest: String { "\(folder.path)/up/manifest.yaml" }

    /// Starts a shelf and hands it over; it ends with `body`.
    static func run(cards: Int, _ body: (HostileBench) throws -> Void) throws {
        let folder = try TestFolder()
        let scenario = try folder.write(
            """
            name: up
            link_security: clear
            images: {a: {size: \(imageBytes)B, version: 2.0.0}}
            kinds: {k: {image: a, flash: {profile: instant, size: 256KiB}}}
            groups: {g: {kind: k, slots: 1-\(cards)}}
            """, to: "up.yaml")
        _ = try ProgramRun("simulator", ["up", scenario, "--runs", folder.path]) { shelf in
            defer { shelf.terminate() }
            let bench = try HostileBench(folder, shelf, cards: cards)
            try body(bench)
            try bench.lookAtCards()
        }
    }

    private init(_ folder: TestFolder, _ shelf: Process, cards: Int) throws {
        self.folder = folder
        self.shelf = shelf
        var plan: String?
        for _ in 0..<4000 where shelf.isRunning && plan == nil {
            plan = try? String(contentsOfFile: "\(folder.path)/up/plan.yaml", encoding: .utf8)
            usleep(10_000)
        }
        let text = try #require(plan, "the shelf did not start")
        self.cards = text.matches(of: /(?m)^ +\d+: "([0-9.:]+)"/).map { String($0.output.1) }
        #expect(self.cards.count == cards)
        image = [UInt8](try Data(contentsOf: URL(filePath: "\(folder.path)/up/server/a.img")))
        #expect(image.count == Self.imageBytes)
    }

    /// Downloads from a server with that conduct to the card in `slot`, which no other mode has, and looks at everything that must be
    /// so; at the card itself in the end.
    ///
    /// - Returns: what `ce` said, and its arguments as everybody on the machine could read them.
    @discardableResult
    func check(
        _ mode: HostileMode, slot: Int, file: String = "a.img", options: [String] = []
    ) throws -> (output: String, errors: String, arguments: String) {
        let server = try HostileServer(mode.conduct(image))
        defer { server.stop() }
        let card = "\(slot)=\(cards[slot - 1])"
        let (run, arguments) = try self.run(
            [
                "download", "--url", "\(mode.scheme)://127.0.0.1:\(server.port)/\(file)", "--manifest", manifest,
                "--card", card, "--link-security", "clear",
                "--set", "groups.cards.image.patience=1s", "--set", "groups.cards.image.attempts=1", "--progress",
                "quiet",
            ] + options, mode)
        let said = run.output + run.errors
        modes[slot] = mode
        switch mode.outcome {
        case .success: #expect(run.exit == 0, "\(mode): \(said)")
        case .failure(let exit, let sentence):
            #expect(run.exit == exit.rawValue, "\(mode): \(said)")
            #expect(said.contains(sentence), "\(mode): \(said)")
        }
        // Whatever a server says, nothing of it reaches the terminal but text, and not much of that.
        let foreign = said.unicodeScalars.first { $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value)) }
        #expect(foreign == nil, "\(mode): a control character in the output")
        #expect(said.utf8.count < 5000, "\(mode): \(said.utf8.count) bytes of output")
        return (run.output, run.errors, arguments)
    }

    private func run(_ arguments: [String], _ mode: HostileMode) throws -> (ProgramRun, String) {
        var visible = ""
        let run = try ProgramRun("ce", arguments) { process in
            visible = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/cmdline", encoding: .utf8)) ?? ""
            let end = Date(timeIntervalSinceNow: Self.limitSeconds)
            while process.isRunning && Date.now < end { usleep(5000) }
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            Issue.record("\(mode): ce hangs")
        }
        return (run, visible)
    }

    /// A card has the image where its mode ends well, and none that is valid where not.
    private func lookAtCards() throws {
        let status = try ProgramRun(
            "ce",
            ["status", "--link-security", "clear"] + cards.indices.flatMap { ["--card", "\($0 + 1)=\(cards[$0])"] })
        #expect(status.exit == 0, "\(status.errors)")
        for (slot, mode) in modes.sorted(by: { $0.key < $1.key }) {
            let line = status.output.split(separator: "\n").first { $0.split(separator: " ").first == "\(slot)" }
            #expect(line?.contains("2.0.0 valid") == (mode.outcome == .success), "\(mode): \(line ?? "no line")")
        }
    }
}
