/// Where a group's image is fetched from.
package enum SourceChoice: Equatable, Sendable {
    /// The file server alone.
    case server
    /// The cards of the group that hold the image; the file server where there are none, or they fail.
    case auto
    /// The card in this slot, of any group of the plan; the file server where it fails.
    case card(slot: Int)

    /// Whether the image may be read back from a card.
    package var usesCards: Bool { self != .server }

    /// The only card that may be read; nil: any that holds the image.
    package var slot: Int? {
        if case .card(let slot) = self { slot } else { nil }
    }
}
