/// Bytes are no manifest, or a value has no place in one: what is wrong, as a clause.
package struct ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
