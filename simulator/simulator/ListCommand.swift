import ArgumentParser
import Reports
import Scenarios
import Settings
import Terminal

/// `simulator list`: the scenarios of a folder, each with its sentence of intent.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the scenarios of a folder with their intent.")

    @Option(help: ArgumentHelp("Where the scenarios are.", valueName: "folder"))
    var folder = "scenarios"

    func run() throws {
        let names = try ScenarioFolder(folder).names()
        let width = names.map { $0.count }.max() ?? 0
        var isBroken = false
        for name in names {
            let path = "\(folder)/\(name).yaml"
            do throws(SettingsError) {
                let scenario = try ScenarioReader.read(contentsOf: path)
                let padding = String(repeating: " ", count: width - name.count)
                StandardStream.output.write("\(name)\(padding)  \(scenario.intent)\n")
            } catch {
                isBroken = true
                StandardStream.errors.write("\(error)\n")
            }
        }
        if isBroken { throw ExitCode(ProgramExit.badInput.rawValue) }
    }
}
