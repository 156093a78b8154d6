/// One error of a settings file, where it stands, and what may have been meant.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    /// The file as it was named, or the command-line option that brought the value: `--set ce.memory=1MB`.
    package let file: String
    /// From 1; 0 when the error is of the whole file or of an option.
    package let line: Int
    /// From 1, in characters (Unicode scalars); 0 with line 0.
    package let column: Int
    package let message: String
    package let suggestion: String?

    package init(file: String, line: Int = 0, column: Int = 0, message: String, suggestion: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.suggestion = suggestion
    }

    /// `file:line:column: message (did you mean 'x'?)`.
    package var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(message)" + (suggestion.map { " (did you mean \($0.quoted)?)" } ?? "")
    }
}
