import ArgumentParser
import Reports
import Scenarios
import Terminal

/// `simulator validate`: reads scenarios and says everything that is wrong with them.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check a scenario file without running it.",
        discussion: "Every error is told at once, with file, line and column. Exit code 65 when there is one.")

    @OptionGroup var options: ScenarioOptions

    func run() throws {
        let scenario = try options.read()
        let cards = ReportText.count(scenario.cards.count, "card")
        StandardStream.output.write("\(options.file): ok; \(scenario.name), \(cards)\n")
    }
}
