import ArgumentParser
import Reports
import RunPages
import Runs
import Settings
import ShelfModel
import Terminal

/// `simulator sweep`: one scenario with many values.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Run a scenario with other values, and find the knee of the curve.",
        discussion: """
            Prints time and memory for every value, and with which one it is as good as with any: that much is enough. Of several \
            --vary every combination is run; the first one is the curves' axis. RUNS/NAME-sweep.html shows the curves. On the virtual \
            clock, unless told otherwise.

            EXAMPLES
              simulator sweep scenarios/20cards.yaml --vary ce.memory=128KiB,256KiB,512KiB,1MiB
              simulator sweep scenarios/20cards.yaml --vary ce.memory=128KiB,1MiB --vary groups.adsl.count=1,20,200

            EXIT CODES
              0   every card got its image with every value
              1   a card has not
              64  the command line is wrong; 65 the scenario is, or a value
            """)

    @OptionGroup var options: ScenarioOptions
    @Option(
        help: ArgumentHelp(
            "A value of the scenario, and what it is to be; groups.NAME.count is a number of slots.",
            valueName: "path=value,value"))
    var vary: [String] = []
    @Option(help: "real or virtual.")
    var clock = RunClock.virtual
    @Option(help: "parallel, serial or serial-pipelined.")
    var mode = DownloadMode.parallel
    @Option(help: ArgumentHelp("The folder of all runs.", valueName: "folder"))
    var runs = "runs"
    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        guard !vary.isEmpty else {
            throw ValidationError("--vary is missing: what is to be varied, such as ce.memory=128KiB,1MiB")
        }
        let axes = try vary.map { text in
            guard let axis = SweepRun.Axis(text) else {
                throw ValidationError("--vary \(text): expected PATH=VALUE,VALUE, such as ce.memory=128KiB,1MiB")
            }
            return axis
        }
        let count = axes.reduce(1) { $0 * $1.values.count }
        guard count <= SweepRun.mostPoints else {
            throw ValidationError("--vary: \(count) runs are too many; at most \(SweepRun.mostPoints)")
        }
    }

    func run() throws {
        let axes = vary.compactMap { SweepRun.Axis($0) }
        ProgramLimits.raiseDescriptorLimit()
        let result: SweepResult
        do {
            let sweep = SweepRun(
                file: options.file, axes: axes, overrides: try options.overrides(), clock: clock, mode: mode, runs: runs
            )
            let (scenario, points) = try sweep.run { point in
                guard StandardStream.errors.isTerminal else { return }
                let text = zip(axes.map(\.path), point.values).map { "\($0)=\($1)" }.joined(separator: " ")
                StandardStream.errors.write("\(text): \(ReportText.duration(point.elapsedSeconds))\n")
            }
            result = SweepResult(
                scenario: scenario, clock: clock, paths: axes.map(\.path), points: points, command: command)
            try PageFiles.write(
                SweepPage(result, json: ReportFile.text(of: result)).text, to: "\(scenario)-sweep.html", in: runs)
        } catch let error as SettingsError {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        } catch {
            StandardStream.errors.write("\(options.file): \(error)\n")
            throw ExitCode(ScenarioRun.exit(for: error).rawValue)
        }
        let text = json ? ReportFile.text(of: result) : result.lines.joined(separator: "\n")
        StandardStream.output.write(text + "\n")
        if !json { StandardStream.output.write("curves: \(runs)/\(result.scenario)-sweep.html\n") }
        guard result.points.allSatisfy(\.passed) else { throw ExitCode(ProgramExit.failed.rawValue) }
    }

    /// What to type to run it again.
    private var command: String {
        let varied = vary.flatMap { ["--vary", $0] }
        return CommandLineText.joined(
            ["simulator", "sweep", options.file] + varied + ["--clock", clock.rawValue, "--mode", mode.rawValue]
                + options.words)
    }
}
