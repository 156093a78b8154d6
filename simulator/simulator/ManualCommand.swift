import ArgumentParser
import FoundationEssentials
import Reports
import Terminal

/// `simulator manual`: what `make man` uses.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Make a manual page of a program's own help.",
        discussion: """
            EXAMPLES
              ce --experimental-dump-help > ce.json && simulator manual ce.json > ce.1 && man ./ce.1
            """, shouldDisplay: false)

    @Argument(help: ArgumentHelp("What PROGRAM --experimental-dump-help has printed.", valueName: "file"))
    var file: String

    func run() throws {
        do {
            let help = try JSONDecoder().decode(ProgramHelp.self, from: try Data(contentsOf: URL(filePath: file)))
            StandardStream.output.write(ManualPage(help.command).text)
        } catch {
            StandardStream.errors.write("\(file): no help of a program (\(error))\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
    }
}
