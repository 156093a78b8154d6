/// Everything that is wrong with a file, at once: its diagnostics by position.
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// At least one; the files in the order in which they were opened, then by line and column.
    package let diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        precondition(!diagnostics.isEmpty, "an error says what is wrong")
        self.diagnostics = diagnostics
    }

    /// One line per diagnostic.
    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
