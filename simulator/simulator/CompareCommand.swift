import ArgumentParser
import Reports
import RunPages
import Runs
import ShelfModel
import Terminal

/// `simulator compare`: runs beside each other.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Put the figures of runs beside each other.",
        discussion: """
            The first run is what the others are measured by. RUNS/comparison.html shows the same as a page.

            EXAMPLES
              simulator run scenarios/20cards.yaml --runs before && simulator run scenarios/20cards.yaml --runs after
              simulator compare before/20cards after/20cards

            EXIT CODES
              0   the runs were compared, whatever came out
              64  the command line is wrong; 65 a folder is no run's
            """)

    @Argument(help: ArgumentHelp("The runs' folders, two or more.", valueName: "run"))
    var folders: [String]
    @Option(help: ArgumentHelp("Where the page goes.", valueName: "folder"))
    var runs = "runs"
    @Flag(help: "Print the runs' reports as one JSON array.")
    var json = false

    func validate() throws {
        guard folders.count >= 2 else { throw ValidationError("give two runs or more, such as runs/20cards") }
    }

    func run() throws {
        do {
            let reports = try folders.map { (name: $0, report: try RunFiles(folder: $0).report()) }
            let comparison = Comparison(reports)
            let text = ReportFile.text(of: reports.map(\.report))
            let command = CommandLineText.joined(["simulator", "compare"] + folders)
            try PageFiles.write(comparison.page(json: text, command: command), to: "comparison.html", in: runs)
            StandardStream.output.write((json ? text : comparison.lines.joined(separator: "\n")) + "\n")
            if !json { StandardStream.output.write("page: \(runs)/comparison.html\n") }
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
    }
}
