import Foundation
import Glibc
import Reports
import Testing

/// What goes wrong ends with one clear sentence, the right exit code, no process left, and no card that is told to be valid.
@Suite struct BadInputTests {
    private func run(_ arguments: [String], in folder: TestFolder) throws -> ProgramRun {
        try ProgramRun(
            "simulator",
            ["run", ProgramRun.scenario("hello-1card"), "--runs", folder.path, "--progress", "quiet"] + arguments)
    }

    @Test func aTypoIsToldWithItsPlaceAndASuggestion() throws {
        let folder = try TestFolder()
        let file = try folder.write(
            "name: typo\nsed: 1\nimages: {a: {size: 1MiB, version: 1}}\nkinds: {k: {image: a}}\ngroups: {g: {kind: k, slots: 1}}\n",
            to: "typo.yaml")
        let run = try ProgramRun("simulator", ["run", file, "--runs", folder.path])
        #expect(run.exit == ProgramExit.badInput.rawValue)
        #expect(run.errors.contains("typo.yaml:2:1: key 'sed' is not known (did you mean 'seed'?)"))
    }

    @Test func anImageThatDoesNotFitIsRefused() throws {
        let run = try run(["--set", "groups.adsl.flash.size=512KiB"], in: TestFolder())
        #expect(run.exit == ProgramExit.failed.rawValue)
        #expect(run.output.contains("TOO_LARGE"))
        #expect(run.output.contains("server      0 transfers"))
    }

    @Test func aCardOfAnotherTypeRefuses() throws {
        let run = try run(["--set", "images.adsl-2.0.type=voip"], in: TestFolder())
        #expect(run.exit == ProgramExit.failed.rawValue)
        #expect(run.output.contains("INCOMPATIBLE: the image is for voip, and this card is adsl"))
    }

    @Test func aTakenPortIsNamed() throws {
        let (socket, port) = try listeningSocket()
        defer { close(socket) }
        let run = try run(["--set", "server.port=\(port)"], in: TestFolder())
        #expect(run.exit == ProgramExit.unavailable.rawValue)
        #expect(run.errors.contains("cannot listen on 127.0.0.1:\(port): Address already in use"))
    }

    @Test func aServerThatIsNotThereIsNamed() throws {
        let folder = try TestFolder()
        let file = try folder.write(
            """
            name: gone
            server: {url: "ftp://127.0.0.1:1/x.img"}
            images: {a: {size: 64KiB, version: 1}}
            kinds: {k: {image: a, flash: {profile: instant}}}
            groups: {g: {kind: k, slots: 1-2}}
            """, to: "gone.yaml")
        let run = try ProgramRun("simulator", ["run", file, "--runs", folder.path, "--progress", "quiet"])
        #expect(run.exit == ProgramExit.unavailable.rawValue)
        #expect(run.output.contains("cannot reach the file server of ftp://127.0.0.1:1/x.img"))
        #expect(run.output.contains("slots 1-2 were expected to succeed, and failed"))
    }

    /// - Parameters:
    ///   - options: what of a good plan is changed.
    ///   - sentence: what is said of it.
    @Test(arguments: [
        (["--set", "groups.g.image.url=ftp://127.0.0.1:PORT/nope.img"], 69, "550"),
        (["--user", "joe"], 69, "refuses the login: 530"),
        (["--manifest", "short.yaml"], 1, "it has 65536 bytes there, and 65535 by its manifest"),
        (["--manifest", "other.yaml"], 1, "no card was told that it is valid"),
        (["--card", "1=127.0.0.1:1"], 1, "cannot connect to 127.0.0.1:1: Connection refused"),
        (["--memory", "1KiB"], 65, "memory"),
        (["--url", "tftp://127.0.0.1/x"], 65, "url"),
    ]) func theEngineSaysWhatIsWrong(options: [String], exit: Int, sentence: String) throws {
        let folder = try TestFolder()
        let scenario = try folder.write(
            """
            name: up
            images: {a: {size: 64KiB, version: 1, signature: unsigned}}
            kinds: {k: {image: a, flash: {profile: instant}}}
            groups: {g: {kind: k, slots: 1}}
            """, to: "up.yaml")
        _ = try ProgramRun("simulator", ["up", scenario, "--runs", folder.path, "--keep-flash"]) { shelf in
            defer { shelf.terminate() }
            let plan = try waitForPlan("\(folder.path)/up/plan.yaml", of: shelf)
            let manifest = try String(contentsOfFile: "\(folder.path)/up/manifest.yaml", encoding: .utf8)
            _ = try folder.write(manifest.replacing("size: 65536", with: "size: 65535"), to: "up/short.yaml")
            _ = try folder.write(
                manifest.replacing(/sha256: .*/, with: "sha256: \(String(repeating: "0", count: 64))"),
                to: "up/other.yaml")
            let port = try #require(plan.firstMatch(of: /127\.0\.0\.1:(\d+)\/a\.img/)?.output.1)
            let options = options.map { option in
                option.hasSuffix(".yaml") ? "\(folder.path)/up/\(option)" : option.replacing("PORT", with: port)
            }
            let run = try ProgramRun(
                "ce", ["download", "\(folder.path)/up/plan.yaml", "--progress", "quiet"] + options)
            #expect(run.exit == exit, "\(run.output)\(run.errors)")
            #expect((run.output + run.errors).contains(sentence), "\(run.output)\(run.errors)")
            // The card is as it was: a good download after it is a download, not skipped.
            let good = try ProgramRun("ce", ["download", "\(folder.path)/up/plan.yaml", "--progress", "quiet"])
            #expect(good.exit == 0)
            #expect(good.output.contains("1 success"), "\(good.output)")
            let again = try ProgramRun("ce", ["download", "\(folder.path)/up/plan.yaml", "--progress", "quiet"])
            #expect(again.output.contains("1 skipped"), "\(again.output)")
        }
    }

    @Test func anInterruptedRunEndsInOrderAndLeavesNoProcess() throws {
        let folder = try TestFolder()
        let run = try ProgramRun(
            "simulator",
            [
                "run", ProgramRun.scenario("20cards"), "--runs", folder.path, "--progress", "quiet", "--set",
                "groups.adsl.slots=1-4",
            ]
        ) { simulator in
            _ = try waitForPlan("\(folder.path)/20cards/plan.yaml", of: simulator)
            simulator.interrupt()
        }
        #expect(run.exit == ProgramExit.interrupted.rawValue)
        // Every child has this folder in its arguments or its environment's log; a card also holds its flash's lock.
        for slot in 1...4 {
            let flash = open("\(folder.path)/20cards/flash/slot-\(slot).flash", O_RDONLY)
            guard flash >= 0 else { continue }
            #expect(flock(flash, LOCK_EX | LOCK_NB) == 0, "the card in slot \(slot) still runs")
            close(flash)
        }
    }

    // MARK: Helpers

    /// Waits, for at most 20 s, until a shelf has written its plan.
    private func waitForPlan(_ path: String, of process: Process) throws -> String {
        for _ in 0..<2000 where process.isRunning {
            if let text = try? String(contentsOfFile: path, encoding: .utf8) { return text }
            usleep(10_000)
        }
        throw CocoaError(.fileNoSuchFile)
    }

    private func listeningSocket() throws -> (socket: Int32, port: UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port: UInt16? = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(socket, address, length) == 0, listen(socket, 1) == 0,
                    getsockname(socket, address, &length) == 0
                else { return nil }
                return pointer.pointee.sin_port.bigEndian
            }
        }
        return (socket, try #require(port))
    }
}
