/// A value that an option puts in place of the file's: `--set ce.memory=1MiB`.
package struct SettingsOverride: Equatable, Sendable {
    /// The keys from the top on, not yet matched with the file's: a key may itself have dots in it.
    package let path: [String]
    package let text: String
    /// The text is a list or a mapping, not a single value.
    let isYAML: Bool
    /// Stands in diagnostics where a file's name would.
    package let option: String

    /// A single value.
    ///
    /// - Parameter option: how the value was given, such as `--memory 1MiB`.
    package init(path: [String], text: String, option: String) {
        self.init(path: path, text: text, option: option, isYAML: false)
    }

    private init(path: [String], text: String, option: String, isYAML: Bool) {
        precondition(!path.isEmpty, "an override names what it replaces")
        self.isYAML = isYAML
        self.path = path
        self.text = text
        // Whoever typed a password where none belongs need not find it again in a log.
        let shown = path.last == "password" && !text.isEmpty ? option.replacing(text, with: "…") : option
        self.option = Self.withoutCredentials(shown)
    }

    /// What stands between `://` and the last `@` may be a password, which has no place in an error.
    private static func withoutCredentials(_ option: String) -> String {
        guard let at = option.lastIndex(of: "@"), let scheme = option[..<at].firstRange(of: "://") else {
            return option
        }
        return option[..<scheme.upperBound] + "…" + option[at...]
    }

    /// Reads `PATH=VALUE`, as in `groups.adsl.slots=1-40`; the path's keys are separated by dots. A value between
    /// brackets or braces is YAML: a list or a mapping.
    ///
    /// - Throws: what was expected.
    package init(parsing text: String, option: String = "--set") throws(SettingsError) {
        let named = "\(option) \(text)"
        func failure(_ message: String) -> SettingsError {
            SettingsError([Diagnostic(file: named, message: message)])
        }
        guard let equals = text.firstIndex(of: "=") else {
            throw failure("expected PATH=VALUE, such as ce.memory=1MiB")
        }
        let path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !path.contains("") else {
            throw failure("expected keys separated by single dots before '=', such as ce.memory=1MiB")
        }
        guard path.count <= SettingsLimits.maximumDepth else {
            throw failure("the path has more than \(SettingsLimits.maximumDepth) keys")
        }
        let source = try SourceText(file: named, bytes: Array(text.utf8))
        let value = String(source.text[source.text.index(after: equals)...])
        let isYAML = value.hasPrefix("[") && value.hasSuffix("]") || value.hasPrefix("{") && value.hasSuffix("}")
        self.init(path: path, text: value, option: named, isYAML: isYAML)
    }
}
