/// A flash cannot be built with such a number.
package struct FlashParameterError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The field's name, as scenario files and flash files spell it.
    package let field: String
    package let value: String
    /// What would do, as it reads after "must be": "a multiple of 32".
    package let allowed: String

    init(_ field: String, _ value: some CustomStringConvertible, mustBe allowed: String) {
        self.field = field
        self.value = value.description
        self.allowed = allowed
    }

    package var description: String {
        "flash parameter \(field) is \(value); it must be \(allowed)"
    }
}
