import ArgumentParser
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
            run: report.json, the plan and the manifest that the CE got, and the logs.

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
    @Option(help: "The CE's progress: auto, tty, plain or quiet.")
    var progress = "auto"
    @Flag(help: "Leave the cards' flash files, which a passed run removes.")
    var keepFlash = false
    @Flag(help: "Print the report as JSON in place of the summary.")
    var json = false

    func run() throws {
        ProgramLimits.raiseDescriptorLimit()
        var worst = ProgramExit.success
        for scenario in try options.readAll() {
            let exit = run(scenario)
            if exit != .success { worst = exit }
            if exit == .interrupted || exit == .terminated { break }
        }
        guard worst == .success else { throw ExitCode(worst.rawValue) }
    }

    private func run(_ scenario: Scenario) -> ProgramExit {
        let request = RunRequest(
            scenario: scenario, mode: mode, clock: clock, runs: runs, progress: progress, keepsFlash: keepFlash,
            command: command)
        let ending: RunEnding
        do {
            ending = try ScenarioRun(request).run()
        } catch {
            StandardStream.errors.write("\(scenario.name): \(error)\n")
            return ScenarioRun.exit(for: error)
        }
        if !scenario.variant.isEmpty, !json { StandardStream.output.write("\(scenario.variant)\n") }
        if let report = ending.report {
            StandardStream.output.write((json ? ReportFile.text(of: report) : RunSummary(report).text) + "\n")
        }
        if !json, let path = ending.reportPath { StandardStream.output.write("  report      \(path)\n") }
        return ending.exit
    }

    /// What to type to run it again.
    private var command: String {
        var words = ["simulator", "run", options.file, "--clock", clock.rawValue, "--mode", mode.rawValue]
        if let seed = options.seed { words += ["--seed", seed] }
        for text in options.set { words += ["--set", withoutSecret(text)] }
        return words.map(quoted).joined(separator: " ")
    }

    /// The report holds no password: whoever repeats the run has to know it.
    private func withoutSecret(_ text: String) -> String {
        guard let equals = text.firstIndex(of: "="), text[..<equals].hasSuffix("password") else { return text }
        return text[...equals] + "..."
    }

    /// As a shell takes it for one word.
    private func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,+".contains($0) }
        return isPlain
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension RunClock: ExpressibleByArgument {}
extension DownloadMode: ExpressibleByArgument {}
