import ArgumentParser
import Control
import Reports
import Terminal

/// `ce set`: changes a download that runs.
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change a download that runs.",
        discussion: """
            EXAMPLES
              ce set memory 1MiB
              ce set limits.server 50Mbit
              ce set limits.cpu none

            More memory is used at once; less takes effect as blocks drain, and nothing is lost. A setting has the name that it has in a \
            plan: memory, limits.server, limits.cards, limits.cpu.

            EXIT CODES
              0   it is changed
              1   it is not; the message says why
              64  the command line is wrong
              69  no ce runs there
            """)

    @Argument(help: "memory, limits.server, limits.cards or limits.cpu.")
    var setting: String
    @Argument(help: "The new value, as in a plan; none removes a limit.")
    var value: String
    @OptionGroup var selection: ControlSelection

    func run() throws {
        switch try selection.ask(.set(name: setting, value: value)) {
        case .changed(let change):
            StandardStream.output.write("\(change.setting): \(change.now), before \(change.before)\n")
        case .refused(let reason):
            StandardStream.errors.write("\(reason)\n")
            throw ExitCode(ProgramExit.failed.rawValue)
        case .status:
            StandardStream.errors.write("the ce has answered something else\n")
            throw ExitCode(ProgramExit.internalError.rawValue)
        }
    }
}
