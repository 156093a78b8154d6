import ArgumentParser
import Exploration
import Glibc
import Reports
import Runtime
import ShelfModel
import Terminal

/// `simulator explore`: random shelves with random faults, on the virtual clock.
struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract:
            "Run random shelves with random faults on the virtual clock, and hold each against what must never be.",
        discussion: """
            Each seed is a shelf, what is done with it, and what goes wrong meanwhile; docs/exploration.md says what is drawn and what \
            is checked. One seed in a hundred is run twice and must take the same course. A failing seed is made as small as it \
            still fails, and written to RUNS/explore/ as a scenario. A campaign of some thousand seeds must have met what there is to \
            meet. Exits with 1 when anything was violated, or something was never met.

            EXAMPLES
              simulator explore --seeds 20000
              simulator explore --seed 4711 --seeds 1
              simulator explore --planted all
            """)

    @Option(help: "How many seeds, from the first one on.")
    var seeds: UInt64 = 20_000
    @Option(help: "The first seed.")
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp("The folder of all runs.", valueName: "folder"))
    var runs = "runs"
    @Option(
        help: ArgumentHelp(
            "Plant a defect, or all one after the other, and see each found: \(ExploreCommand.defects).",
            valueName: "defect"))
    var planted: String?

    private static var defects: String { PlantedEngineDefect.allCases.map(\.rawValue).joined(separator: ", ") }
    /// Within so many seeds a planted defect has to be found.
    private static let seedsForDefect: UInt64 = 2000
    /// A campaign of fewer seeds need not have met everything.
    private static let seedsForCoverage: UInt64 = 5000

    func validate() throws {
        guard seeds > 0 else { throw ValidationError("--seeds 0: at least one seed") }
        guard seed <= UInt64.max - seeds else { throw ValidationError("--seed \(seed): too large for \(seeds) seeds") }
        if let planted, planted != "all", PlantedEngineDefect(rawValue: planted) == nil {
            throw ValidationError("--planted \(planted): must be all or one of \(Self.defects)")
        }
    }

    func run() throws {
        if let planted {
            let chosen = PlantedEngineDefect.allCases.filter { planted == "all" || $0.rawValue == planted }
            let missed = chosen.filter { !isFound($0) }
            say("\(chosen.count - missed.count) of \(chosen.count) planted defects found")
            guard missed.isEmpty else { throw ExitCode(ProgramExit.failed.rawValue) }
            return
        }
        try explore()
    }

    private func explore() throws {
        var campaign = Campaign()
        let start = Self.seconds
        for seed in seed..<seed + seeds {
            guard let failure = campaign.explore(seed: seed) else { continue }
            say("FAILED  seed \(failure.seed): \(failure.violation)")
            say("        again: simulator explore --seed \(failure.seed) --seeds 1; \(try write(failure))")
        }
        let minutes = max(Self.seconds - start, 1e-3) / 60
        for line in campaign.coverage.lines { say("  \(line)") }
        let missing = seeds >= Self.seedsForCoverage ? campaign.coverage.missing : []
        for point in missing { say("FAILED  never met: \(point.rawValue)") }
        say(
            "\(campaign.seedCount) seeds, \(campaign.failureCount) violations, \(Int(Double(campaign.seedCount) / minutes)) seeds a minute"
        )
        guard campaign.failureCount == 0 && missing.isEmpty else { throw ExitCode(ProgramExit.failed.rawValue) }
    }

    /// - Returns: where the smallest case that fails was written.
    private func write(_ failure: Campaign.Failure) throws(ShelfError) -> String {
        let folder = "\(runs)/explore"
        for path in [runs, folder] { mkdir(path, 0o755) }
        let path = "\(folder)/seed-\(failure.seed).yaml"
        try OutputFile.write(path) { (file) throws(ShelfError) in
            try file.append(failure.explored.scenario(failure.violation))
        }
        return "smallest: \(path)"
    }

    private func isFound(_ defect: PlantedEngineDefect) -> Bool {
        let campaign = Campaign(defect: defect)
        for seed in seed..<seed + Self.seedsForDefect {
            guard let violation = campaign.finds(seed: seed) else { continue }
            say("\(defect.rawValue): found by seed \(seed): \(violation)")
            return true
        }
        say("FAILED  \(defect.rawValue): not found within \(Self.seedsForDefect) seeds")
        return false
    }

    private static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private func say(_ line: String) {
        StandardStream.output.write(line + "\n")
    }
}
