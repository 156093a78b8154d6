import ArgumentParser
import Reports
import Runs
import ShelfModel
import Terminal

/// `simulator report`: a run's pages again.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Make a run's report.html and trace.json again.",
        discussion: """
            Reads report.json and events.jsonl of a run, and writes what is made of them; prints the summary. How to read the page: \
            docs/reading-the-report.md.

            EXAMPLES
              simulator report runs/20cards
            """)

    @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
    var folder: String

    func run() throws {
        let files = RunFiles(folder: folder)
        do {
            let report = try files.writePages()
            StandardStream.output.write("\(RunSummary(report).text)\n  report      \(files.pagePath)\n")
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
    }
}
