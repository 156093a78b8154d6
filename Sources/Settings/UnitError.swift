/// A text that is no value of its type: what it is, what was expected, and the nearest that would do.
package struct UnitError: Error, Equatable, Sendable, CustomStringConvertible {
    package let text: String
    /// With an example: `a size such as 64KiB`.
    package let expectation: String
    package let suggestion: String?

    package init(_ text: String, _ expectation: String, suggestion: String? = nil) {
        self.text = text
        self.expectation = expectation
        self.suggestion = suggestion
    }

    /// Without the suggestion, which `Diagnostic` prints in its own way.
    package var message: String { "\(text.quoted) is not \(expectation)" }

    package var description: String {
        suggestion.map { "\(message) (did you mean \($0.quoted)?)" } ?? message
    }
}

extension UnitText {
    /// `text` with the known unit that is nearest to its own.
    func suggestion(among units: KeyValuePairs<String, UInt64>, in text: String) -> String? {
        guard !unit.isEmpty, let near = nearest(to: unit, among: units.map(\.key)) else { return nil }
        return String(text.dropLast(unit.count)) + near
    }
}
