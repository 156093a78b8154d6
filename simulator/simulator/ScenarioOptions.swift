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
    func read() throws -> Scenario {
        do throws(SettingsError) {
            return try ScenarioReader.read(contentsOf: file, overrides: try overrides())
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
    }

    func overrides() throws(SettingsError) -> [SettingsOverride] {
        var overrides: [SettingsOverride] = []
        for text in set { overrides.append(try SettingsOverride(parsing: text)) }
        if let seed { overrides.append(SettingsOverride(path: ["seed"], text: seed, option: "--seed \(seed)")) }
        return overrides
    }

    /// What to type to have them again.
    var words: [String] {
        (seed.map { ["--seed", $0] } ?? []) + set.flatMap { ["--set", withoutSecret($0)] }
    }

    /// A report holds no password: whoever repeats the run has to know it.
    private func withoutSecret(_ text: String) -> String {
        guard let equals = text.firstIndex(of: "="), text[..<equals].hasSuffix("password") else { return text }
        return text[...equals] + "..."
    }
}
