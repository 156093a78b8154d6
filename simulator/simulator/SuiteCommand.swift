import ArgumentParser
import Reports
import Runs
import Runtime
import Scenarios
import Settings
import Terminal

/// `simulator suite`: all scenarios of a folder, with a table.
struct SuiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suite", abstract: "Run all scenarios of a folder, and print a table of what came of them.",
        discussion: """
            A scenario that needs processes is passed over on the virtual clock, and said so. Exits with 1 when one of the others
            has not passed.

            EXAMPLES
              simulator suite --clock virtual
              simulator suite --only power-loss
            """)

    @Option(help: ArgumentHelp("Where the scenarios are.", valueName: "folder"))
    var folder = "scenarios"
    @Option(help: "real: processes and TCP; virtual: one process, virtual time, repeatable from the seed.")
    var clock = RunClock.virtual
    @Option(help: ArgumentHelp("The folder of all runs.", valueName: "folder"))
    var runs = "runs"
    @Option(help: ArgumentHelp("Only the scenarios whose names have this in them.", valueName: "text"))
    var only: String?
    @Option(help: ArgumentHelp("The seed, in place of the scenarios'.", valueName: "number"))
    var seed: String?

    func run() throws {
        ProgramLimits.raiseDescriptorLimit()
        let loop = EventLoop()
        let startedAt = loop.now
        var table = ReportTable(heading: ["scenario", "result", "took", "simulated", "cards"], textColumns: [0, 1])
        var failures: [String] = []
        var passed = 0
        var skipped = 0
        for scenario in try scenarios() {
            if clock == .virtual, scenario.bootsPrograms {
                skipped += 1
                table.add([scenario.name, "needs the real clock", "", "", "\(scenario.cards.count)"])
                continue
            }
            let begunAt = loop.now
            let (report, problems) = run(scenario)
            if problems.isEmpty { passed += 1 }
            failures += problems.map { "FAILED  \(scenario.name): \($0)" }
            table.add([
                scenario.name, problems.isEmpty ? "passed" : "FAILED",
                ReportText.duration(begunAt.duration(to: loop.now).seconds),
                report.map { ReportText.duration($0.elapsedSeconds) } ?? "", "\(scenario.cards.count)",
            ])
        }
        for line in table.lines + failures { StandardStream.output.write(line + "\n") }
        StandardStream.output.write(
            "\(passed) passed, \(failures.isEmpty ? "none failed" : "\(Set(failures.map { $0.prefix { $0 != ":" } }).count) failed"), "
                + "\(skipped) not for this clock; \(ReportText.duration(startedAt.duration(to: loop.now).seconds))\n")
        if !failures.isEmpty { throw ExitCode(ProgramExit.failed.rawValue) }
    }

    private func scenarios() throws -> [Scenario] {
        var all: [Scenario] = []
        for name in try ScenarioFolder(folder).names() where only.map(name.contains) ?? true {
            do throws(SettingsError) {
                let overrides = seed.map { [SettingsOverride(path: ["seed"], text: $0, option: "--seed \($0)")] } ?? []
                all += try ScenarioReader.readAll(contentsOf: "\(folder)/\(name).yaml", overrides: overrides)
            } catch {
                StandardStream.errors.write("\(error)\n")
                throw ExitCode(ProgramExit.badInput.rawValue)
            }
        }
        return all
    }

    private func run(_ scenario: Scenario) -> (report: RunReport?, problems: [String]) {
        let command = "simulator run \(folder)/\(scenario.name).yaml --clock \(clock.rawValue)"
        let request = RunRequest(
            scenario: scenario, mode: .parallel, clock: clock, runs: runs, progress: "quiet", keepsFlash: false,
            command: command)
        do {
            let ending = try ScenarioRun(request).run()
            guard let report = ending.report else { return (nil, ["ended with \(ending.exit) and no report"]) }
            return (report, report.failures)
        } catch {
            return (nil, ["\(error)"])
        }
    }
}
