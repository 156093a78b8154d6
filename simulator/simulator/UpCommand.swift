import ArgumentParser
import Reports
import Runs
import Scenarios
import Terminal

/// `simulator up`: a shelf to drive by hand.
struct UpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Start a scenario's server and shelf, and leave them running until Ctrl-C.",
        discussion:
            "Prints the ce command that downloads to the shelf. Give it in another terminal, as often as you like.")

    @OptionGroup var options: ScenarioOptions
    @Option(help: ArgumentHelp("The folder of all runs.", valueName: "folder"))
    var runs = "runs"
    @Flag(help: "Leave the cards' flash files at the end.")
    var keepFlash = false

    func run() throws {
        let scenario = try options.read()
        ProgramLimits.raiseDescriptorLimit()
        let request = RunRequest(
            scenario: scenario, mode: .parallel, clock: .real, runs: runs, progress: "quiet", keepsFlash: keepFlash,
            command: "")
        let cards = ReportText.count(scenario.cards.count, "card")
        do {
            try ScenarioRun(request).hold { command in
                StandardStream.errors.write("\(scenario.name): \(cards) up; Ctrl-C ends them. In another terminal:\n")
                StandardStream.output.write(command + "\n")
            }
        } catch {
            StandardStream.errors.write("\(scenario.name): \(error)\n")
            throw ExitCode(ScenarioRun.exit(for: error).rawValue)
        }
    }
}
