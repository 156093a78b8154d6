/// A program's help as a manual page (man(7)).
struct ManualPage {
    private let program: ProgramHelp.Command

    init(_ program: ProgramHelp.Command) {
        self.program = program
    }

    var text: String {
        let name = program.commandName
        var lines = [
            ".TH \(Self.escaped(name.uppercased())) 1", ".SH NAME",
            "\(Self.escaped(name)) \\- \(Self.escaped(program.abstract ?? ""))",
            ".SH SYNOPSIS", ".B \(Self.escaped(name))", ".I subcommand", "[options]",
        ]
        lines += Self.discussion(program, heading: ".SH DESCRIPTION")
        for command in commands {
            lines += [
                ".SH \(Self.escaped("\(name) \(command.commandName)".uppercased()))",
                Self.escaped(command.abstract ?? ""), ".PP",
                ".B \(Self.escaped("\(name) \(command.commandName)"))",
            ]
            let arguments = (command.arguments ?? []).filter { $0.shouldDisplay != false }
            lines += arguments.map { Self.synopsis($0) }
            lines += Self.discussion(command, heading: nil)
            for argument in arguments { lines += Self.paragraph(argument) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Those that a person may type, without the parser's own.
    private var commands: [ProgramHelp.Command] {
        (program.subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    private static func synopsis(_ argument: ProgramHelp.Argument) -> String {
        let name = argument.names?.first { $0.kind == "long" } ?? argument.names?.first
        let value = argument.valueName ?? ""
        var text =
            switch argument.kind {
            case .positional: "<\(value)>"
            case .option: "\(name?.text ?? "") <\(value)>"
            case .flag: name?.text ?? ""
            }
        if argument.isRepeating == true { text += " ..." }
        return escaped(argument.isOptional == true ? "[\(text)]" : text)
    }

    private static func paragraph(_ argument: ProgramHelp.Argument) -> [String] {
        let names = (argument.names ?? []).map(\.text).joined(separator: ", ")
        let title =
            switch argument.kind {
            case .positional: "<\(argument.valueName ?? "")>"
            case .option: "\(names) <\(argument.valueName ?? "")>"
            case .flag: names
            }
        let standard = argument.defaultValue.map { " Default: \($0)." } ?? ""
        let text = [argument.abstract, argument.discussion].compactMap { $0 }.joined(separator: " ") + standard
        return [".TP", ".B \(escaped(title))", escaped(text)]
    }

    /// As it stands: examples and exit codes are set in columns.
    private static func discussion(_ command: ProgramHelp.Command, heading: String?) -> [String] {
        guard let discussion = command.discussion, !discussion.isEmpty else { return [] }
        let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
        return (heading.map { [$0] } ?? []) + [".PP", ".nf"] + lines + [".fi"]
    }

    /// A backslash begins a request in the middle of a line, a point or an apostrophe one at its beginning; a bare minus is a hyphen.
    private static func escaped(_ text: String) -> String {
        let escaped = text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            default: result.append(character)
            }
        }
        return escaped.first == "." || escaped.first == "'" ? "\\&" + escaped : escaped
    }
}
