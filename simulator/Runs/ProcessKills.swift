import CardSoftware
import FlashModel
import LineCard
import Reports
import Runtime
import Scenarios
import Settings
import ShelfModel
import SoftwareImage

/// Cuts the power of real card processes at named flash operations of a download: each dies by SIGKILL in the middle of it, is started
/// again by the simulator, and `ce` finds it again and carries on.
package struct ProcessKills: Sendable {
    /// Cards of a shelf: each dies once, at an operation of its own.
    private static let cardsPerShelf = 20
    /// The first operations write the factory's boot record, before the card serves.
    private static let firstOperation = 10

    private let seed: UInt64
    private let runs: String

    package struct Result: Sendable {
        package var kills = 0
        package var failures: [String] = []
    }

    /// - Parameter runs: the folder of all runs.
    package init(seed: UInt64, runs: String) {
        self.seed = seed
        self.runs = runs
    }

    /// - Parameter say: is told how it goes, a line for each shelf.
    /// - Throws: a shelf that cannot be started.
    package func run(count: Int, say: (String) -> Void) throws -> Result {
        var result = Result()
        let scenario = try scenario()
        let programs = try Programs()
        let shelf = try ShelfDescription(scenario, lineCardPath: programs.lineCard)
        let expectation = try Expectation(shelf, sectionBytes: Int(scenario.cards[0].section.bytes))
        let span = expectation.operationCount - Self.firstOperation
        while result.kills < count {
            var cuts: [UInt16: PowerCut] = [:]
            for slot in 1...min(Self.cardsPerShelf, count - result.kills) {
                let number = result.kills + slot
                // Spread over the whole download, with every way of tearing in turn.
                let operation = Self.firstOperation + (number * 7919 + Int(seed % 1000)) % span
                cuts[UInt16(slot)] = PowerCut(
                    operation: operation, torn: TornMode.allCases[number % TornMode.allCases.count], seed: seed)
            }
            let failures = try kill(cuts, scenario, expectation)
            result.kills += cuts.count
            result.failures += failures
            say("\(result.kills) of \(count) processes killed, \(result.failures.count) failures")
        }
        return result
    }

    private func scenario() throws -> Scenario {
        let text = """
            name: power-cut
            seed: \(seed)
            timeout: 120s
            server: {protocol: ftp}
            images:
              image: {size: 1000KiB, version: 2.0.0}
            ce: {memory: 128KiB, block: 16KiB}
            kinds:
              card: {image: image, section: 16KiB, window: 32KiB, flash: {profile: spi-nor, scale: 0, size: 1MiB}}
            groups:
              cards: {kind: card, slots: 1-\(Self.cardsPerShelf)}
            expect: {exit: success}
            """
        return try ScenarioReader.read(SourceText(file: "power-cut", bytes: Array(text.utf8)))
    }

    /// One shelf: every card with a cut dies, comes back, and gets what it lacks.
    private func kill(
        _ cuts: [UInt16: PowerCut], _ scenario: Scenario, _ expectation: Expectation
    ) throws -> [String] {
        var request = RunRequest(
            scenario: scenario, mode: .parallel, clock: .real, runs: runs, progress: "quiet", keepsFlash: false,
            command: "simulator power-cut")
        request.powerCuts = cuts
        let ending = try ScenarioRun(request).run()
        var failures =
            (ending.report?.failures ?? ["there is no report"])
            + ending.differences.map { "slot \($0.slot): \($0.text)" }
        if ending.restartCount != cuts.count {
            failures.append("\(cuts.count) cards were to die, and \(ending.restartCount) did")
        }
        let most = expectation.mostBytes(windowBytes: Int(scenario.cards[0].window.bytes))
        for card in ending.report?.cards ?? [] {
            guard let cut = cuts[UInt16(card.slot)] else { continue }
            let text = "slot \(card.slot), power cut at operation \(cut.operation) (\(cut.torn.name))"
            guard card.outcome == .success else {
                failures.append("\(text): \(card.outcome.rawValue), \(card.reason ?? "")")
                continue
            }
            if card.bytes > most {
                failures.append("\(text): \(card.bytes) bytes were sent in all, at most \(most) would do")
            }
        }
        return failures
    }
}

/// What the same card does in memory.
private struct Expectation {
    private let blank: FlashModel
    private let image: [UInt8]
    let operationCount: Int

    init(_ shelf: ShelfDescription, sectionBytes: Int) throws {
        blank = FlashModel(shelf.cards[0].flash, faults: shelf.cards[0].faults)
        image = try shelf.groups[0].image.bytes()
        let manifest = shelf.groups[0].manifest
        let stored = CardFlash.Image(
            digest: manifest.digest, version: manifest.version, imageBytes: image.count, securityNumber: 0)
        operationCount = try Self.download(image, stored, blank, sectionBytes)
    }

    /// The image, what was under way when the power failed, and at most one erase block of what was acknowledged.
    func mostBytes(windowBytes: Int) -> UInt64 {
        UInt64(image.count + windowBytes + blank.geometry.eraseSize)
    }

    /// - Returns: how many operations a whole download takes.
    private static func download(
        _ image: [UInt8], _ stored: CardFlash.Image, _ model: FlashModel, _ sectionBytes: Int
    ) throws -> Int {
        var flash = try CardFlash(model, factoryVersion: "1.0.0")
        var acknowledged = 0
        _ = try flash.start(at: .zero)
        var progress = try flash.startDownload(stored, epoch: flash.boot.epoch, offset: 0, at: .zero).progress
        var scratch = [UInt8](repeating: 0, count: 8192)
        while acknowledged < image.count {
            let count = min(sectionBytes, image.count - acknowledged)
            try scratch.withUnsafeMutableBytes { scratch in
                try image[acknowledged..<acknowledged + count].withUnsafeBytes { bytes in
                    _ = try flash.append(bytes, byteCount: count, to: &progress, at: .zero, scratch: scratch)
                }
            }
            acknowledged = progress.programmedBytes
        }
        _ = try flash.finishDownload(progress, at: .zero)
        return flash.model.counts.operations
    }
}
