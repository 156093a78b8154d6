/// A shelf cannot be made, started or looked at: what, where, and why, in one sentence.
package struct ShelfError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
