import ArgumentParser
import Glibc
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
        let names = try fileNames()
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

    /// The names of the YAML files, without their ending, in order (readdir(3)).
    private func fileNames() throws -> [String] {
        guard let directory = opendir(folder) else {
            StandardStream.errors.write("\(folder) cannot be read: \(String(cString: strerror(errno)))\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml"), !name.hasPrefix(".") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }
}
