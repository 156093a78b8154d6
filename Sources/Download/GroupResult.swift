package import Reports

/// What a group's download came to, before it is made into a report.
package struct GroupResult: Equatable, Sendable {
    package var name: String
    /// Exactly one per card, by slot.
    package var cards: [CardResult]
    package var elapsed: Duration
    /// How often the image's source was asked.
    package var sourceSessions: Int
    /// The image's bytes that came from the source, in all.
    package var sourceBytes: UInt64
    /// Why the image did not come, if it did not.
    package var sourceFailure: String?
    /// Nothing came because the server is not to be had, or does not give the image.
    package var isSourceUnavailable: Bool
    package var poolPeakBytes: Int
}

/// What became of one card.
package struct CardResult: Equatable, Sendable {
    package var slot: Int
    package var outcome: Outcome
    package var reason: String?
    /// The image's bytes that were handed to the card.
    package var sentBytes: UInt64
    /// From the group's start to this card's end.
    package var elapsed: Duration
    /// The card has compared the digest of what is in its flash.
    package var digestMatches: Bool
}
