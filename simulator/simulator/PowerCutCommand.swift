import ArgumentParser
import CardSoftware
import PowerCuts
import Reports
import Runs
import Terminal

struct PowerCutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "power-cut",
        abstract: "Cut a card's power at every flash operation, and at every one of its recovery.",
        discussion: """
            Runs the card's own software in memory through a download, a resumption, an activation, a commit, a roll back and more, on \
            several small flashes, and cuts the power at every erase and every program in four ways (nothing of the operation \
            is left, a part, garbage, all of it); then at every operation of the recovery as well. After each case the card must \
            boot the old or the complete new image, its running instance must be untouched, and the download must go on \
            where it was. A failure is printed with the command that replays it. Exits with 1 when there is one.
            """)

    @Option(help: "1 cuts once; 2 cuts the recovery, too.")
    var depth = 2

    @Option(help: "Sweep again with other images and other torn cells until there are so many cases.")
    var cases = 1_000_000

    @Option(help: "What images and torn cells are drawn from.")
    var seed: UInt64 = 1

    @Option(
        help: "Also kill so many real card processes at named flash operations; each must come back and get the rest.")
    var kills = 0

    @Option(help: ArgumentHelp("The folder of all runs.", valueName: "folder"))
    var runs = "runs"

    @Option(help: "Run one case again, by the id that a failure was printed with.")
    var replay: String?

    @Option(help: ArgumentHelp("Plant a defect that the sweep must find: \(PowerCutCommand.defects)."))
    var planted: String?

    private static var defects: String { PlantedDefect.allCases.map(\.rawValue).joined(separator: ", ") }

    func validate() throws {
        guard (1...2).contains(depth) else { throw ValidationError("--depth \(depth): must be 1 or 2") }
        guard (1...1_000_000_000).contains(cases) else {
            throw ValidationError("--cases \(cases): must be from 1 to 10^9")
        }
        guard (0...100_000).contains(kills) else { throw ValidationError("--kills \(kills): must be from 0 to 100000") }
        if let planted, PlantedDefect(rawValue: planted) == nil {
            throw ValidationError("--planted \(planted): must be one of \(Self.defects)")
        }
        if let replay, SweepCase(replay) == nil {
            throw ValidationError("--replay \(replay): is no replay id, such as spi-nor:download:17p:4c:42")
        }
    }

    func run() throws {
        let defect = planted.flatMap { PlantedDefect(rawValue: $0) }
        if let replay = replay.flatMap({ SweepCase($0) }) { return try run(replay, defect) }
        let result = sweep(defect)
        let killed = try ProcessKills(seed: seed, runs: runs).run(count: kills) { say($0) }
        for line in Self.table(result) { say(line) }
        for failure in result.failures {
            say("FAILED  \(failure.violation)")
            guard let replay = failure.replay else { continue }
            say("        simulator power-cut --replay \(replay)" + (planted.map { " --planted \($0)" } ?? ""))
        }
        for failure in killed.failures.prefix(20) { say("FAILED  \(failure)") }
        let failureCount = result.failureCount + killed.failures.count
        say("\(result.caseCount) cut cases, \(killed.kills) process kills, \(failureCount) failures")
        if failureCount > 0 { throw ExitCode(1) }
    }

    /// Every geometry once, and then again with the next seed, until there are enough cases.
    private func sweep(_ defect: PlantedDefect?) -> PowerCutSweep.Result {
        var result = PowerCutSweep.Result()
        var seed = seed
        repeat {
            for geometry in SweepGeometry.all {
                result.add(PowerCutSweep(seed: seed, depth: depth, defect: defect).run(geometry))
                if result.caseCount >= cases { return result }
            }
            seed &+= 1
        } while result.failureCount == 0
        return result
    }

    private func run(_ replay: SweepCase, _ defect: PlantedDefect?) throws {
        guard let violation = PowerCutSweep.replay(replay, defect: defect) else { return say("\(replay): passed") }
        say("\(replay): FAILED: \(violation)")
        throw ExitCode(1)
    }

    /// A line for each geometry: how many cases of each phase.
    static func table(_ result: PowerCutSweep.Result) -> [String] {
        var names: [String] = []
        for row in result.rows where !names.contains(row.geometry) { names.append(row.geometry) }
        var table = ReportTable(heading: ["cut cases"] + SweepPhase.allCases.map(\.rawValue))
        for name in names {
            table.add(
                [name]
                    + SweepPhase.allCases.map { phase in
                        "\(result.rows.filter { $0.geometry == name && $0.phase == phase }.reduce(0) { $0 + $1.cases })"
                    })
        }
        return table.lines
    }

    private func say(_ line: String) {
        StandardStream.output.write(line + "\n")
    }
}
