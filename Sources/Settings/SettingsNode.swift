/// A value of a settings file as it was written, before anyone asks what it means.
///
/// A scalar keeps its own text: what YAML 1.1 makes of `010`, `1:30` or `yes` never comes into play.
struct SettingsNode: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        /// `isPlain`: written without quotes.
        case scalar(String, isPlain: Bool)
        case list([SettingsNode])
        /// In the order of the file; a key that stands twice is here twice.
        case mapping([Member])
        /// What may not stand in a settings file, which was reported when it was met: reading it gives nothing,
        /// silently.
        case refused
    }

    struct Member: Equatable, Sendable {
        let key: String
        let keyPlace: Place
        var value: SettingsNode
    }

    /// Where a value or a key was written: in a file, or in an option.
    struct Place: Equatable, Sendable {
        let file: String
        let line: Int
        let column: Int

        /// The option's own text stands for the file: `--set ce.memory=1MB`.
        static func option(_ text: String) -> Place {
            Place(file: text, line: 0, column: 0)
        }

        var isOption: Bool { line == 0 }

        func diagnostic(_ message: String, suggestion: String? = nil) -> Diagnostic {
            Diagnostic(file: file, line: line, column: column, message: message, suggestion: suggestion)
        }
    }

    let place: Place
    var content: Content

    /// For messages: what stands there.
    var kind: String {
        switch content {
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        case .refused: "a value that is not accepted"
        }
    }

    var isRefused: Bool {
        if case .refused = content { true } else { false }
    }

    /// `key:` with nothing behind it, or YAML's words for nothing.
    var isEmpty: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
