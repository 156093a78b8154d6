package import Reports

/// What a group's download came to, before it is made into a report.
package struct GroupResult: Equatable, Sendable {
    package var name: String
    /// Exactly one per card, by slot.
    package var cards: [CardResult] = []
    package var elapsed: Duration = .zero
    /// How often the image's source was asked.
    package var sourceSessions: Int = 0
    /// The image's bytes that came from the source, in all.
    package var sourceBytes: UInt64 = 0
    /// Why the image did not come, if it did not.
    package var sourceFailure: String?
    /// Nothing came because the server is not to be had, or does not give the image.
    package var isSourceUnavailable: Bool = false
    package var poolPeakBytes = 0

    /// Adds the result of a group that ran after this one.
    mutating func append(_ next: GroupResult) {
        cards += next.cards.map { card in
            var card = card
            card.elapsed += elapsed
            return card
        }
        elapsed += next.elapsed
        sourceSessions += next.sourceSessions
        sourceBytes += next.sourceBytes
        sourceFailure = sourceFailure ?? next.sourceFailure
        isSourceUnavailable = isSourceUnavailable || next.isSourceUnavailable
        poolPeakBytes = max(poolPeakBytes, next.poolPeakBytes)
    }
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
