/// Collects what is wrong while a file is read, so that its author sees all of it at once. Owned by the one task that
/// reads.
package final class DiagnosticList {
    /// More help nobody: a file with so many errors is not what it was meant to be.
    package static let maximumDiagnostics = 100

    private var diagnostics: [Diagnostic] = []
    private var reported: Set<Diagnostic> = []
    /// In the order in which their diagnostics are shown.
    private var files: [String]

    /// - Parameter file: the file that is read; what other files and options bring is shown after it.
    package init(file: String) {
        files = [file]
    }

    package var isEmpty: Bool { diagnostics.isEmpty }

    /// Adds a diagnostic, unless the very same one is there.
    package func report(_ diagnostic: Diagnostic) {
        guard reported.count <= Self.maximumDiagnostics, reported.insert(diagnostic).inserted else { return }
        if !files.contains(diagnostic.file) { files.append(diagnostic.file) }
        diagnostics.append(diagnostic)
    }

    package func report(_ error: SettingsError) {
        for diagnostic in error.diagnostics { report(diagnostic) }
    }

    /// - Throws: what was reported, if anything was.
    package func check() throws(SettingsError) {
        guard !diagnostics.isEmpty else { return }
        let order = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1, $0) })
        var sorted = diagnostics.enumerated().sorted { left, right in
            (order[left.element.file]!, left.element.line, left.element.column, left.offset)
                < (order[right.element.file]!, right.element.line, right.element.column, right.offset)
        }.map(\.element)
        if sorted.count > Self.maximumDiagnostics {
            sorted.removeLast(sorted.count - Self.maximumDiagnostics)
            sorted.append(
                Diagnostic(
                    file: files[0], message: "more than \(Self.maximumDiagnostics) errors; the others are not shown"))
        }
        throw SettingsError(sorted)
    }
}
