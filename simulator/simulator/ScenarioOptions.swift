import ArgumentParser
import Reports
import Scenarios
import Settings
import Terminal

/// The scenario file, and what the command line changes in it.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "The scenario, a YAML file.")
    var file: String
    @Option(help: ArgumentHelp("The seed, in place of the scenario's.", valueName: "number"))
    var seed: String?
    @Option(
        help: ArgumentHelp("Any value of the scenario, as ce.memory=1MiB. May be repeated.", valueName: "path=value"))
    var set: [String] = []

    /// Reads the scenario; prints what is wrong, and ends with the code of bad input.
    ///
    /// - Returns: the first of its combinations.
    func read() throws -> Scenario { try readAll()[0] }

    /// The same for all combinations of its matrix.
    func readAll() throws -> [Scenario] {
        do throws(SettingsError) {
            var overrides: [SettingsOverride] = []
            for text in set { overrides.append(try SettingsOverride(parsing: text)) }
            if let seed { overrides.append(SettingsOverride(path: ["seed"], text: seed, option: "--seed \(seed)")) }
            return try ScenarioReader.readAll(contentsOf: file, overrides: overrides)
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
    }
}
