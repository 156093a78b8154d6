import ArgumentParser
import Progress
import Reports
import Runs
import Scenarios
import ShelfModel
import Terminal

/// `simulator run`: one run of a scenario, its summary and its report.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a scenario, check every card's flash, and write the report.",
        discussion: """
            The summary goes to standard output, the CE's progress and errors to standard error. RUNS/NAME/ holds the newest
            run: report.html to look at, report.json, events.jsonl (docs/events.md), trace.json for ui.perfetto.dev, the plan and
            the manifest that the CE got, and the logs.

            EXAMPLES
              simulator run scenarios/20cards.yaml
              simulator run scenarios/20cards.yaml --mode serial --clock virtual
            """)

    @OptionGroup var options: ScenarioOptions
    @Option(help: "real: processes and TCP; virtual: one process, virtual time, repeatable from the seed.")
    var clock = RunClock.real
    @Option(help: "parallel, serial or serial-pipelined.")
    var mode = DownloadMode.parallel
    @Option(help: ArgumentHelp("The folder of all runs.", valueName: "folder"))
    var runs = "runs"
    @Option(help: "The progress of the download: auto, tty, plain or quiet.")
    var progress = ProgressStyle.auto
    @Flag(help: "Leave the cards' flash files, which a passed run removes.")
    var keepFlash = false
    @Flag(help: "Print the report as JSON in place of the summary.")
    var json = false

    func run() throws {
        let scenario = try options.read()
        var request = RunRequest(
            scenario: scenario, mode: mode, clock: clock, runs: runs, progress: progress.rawValue,
            keepsFlash: keepFlash,
            command: command)
        request.program = "simulator \(Simulator.version)"
        ProgramLimits.raiseDescriptorLimit()
        let ending: RunEnding
        do {
            ending = try ScenarioRun(request).run()
        } catch {
            StandardStream.errors.write("\(scenario.name): \(error)\n")
            throw ExitCode(ScenarioRun.exit(for: error).rawValue)
        }
        if let report = ending.report {
            StandardStream.output.write((json ? ReportFile.text(of: report) : RunSummary(report).text) + "\n")
        }
        if !json, let path = ending.reportPath { StandardStream.output.write("  report      \(path)\n") }
        guard ending.exit == .success else { throw ExitCode(ending.exit.rawValue) }
    }

    /// What to type to run it again.
    private var command: String {
        CommandLineText.joined(
            ["simulator", "run", options.file, "--clock", clock.rawValue, "--mode", mode.rawValue] + options.words)
    }
}

extension ProgressStyle: ExpressibleByArgument {}
extension RunClock: ExpressibleByArgument {}
extension DownloadMode: ExpressibleByArgument {}
