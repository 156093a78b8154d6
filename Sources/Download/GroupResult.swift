import CardDialogue
package import Reports

/// What a group's download came to, before it is made into a report.
package struct GroupResult: Equatable, Sendable {
    package var name: String
    /// Exactly one per card, by slot.
    package var cards: [CardResult] = []
    /// When the group's own download began, from the start of all: zero, but in the serial ways, where it waits for those before it.
    package var startedAfter: Duration = .zero
    /// From there on: waiting for memory is part of it.
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
    /// The least and the most blocks that the pool was allowed to use, as its cards needed them.
    package var depthRange = 0...0

    /// Of a group that was cancelled before there was memory for it.
    init(aborted job: DownloadJob) {
        name = job.group
        cards = job.cards.map {
            CardResult(
                slot: $0.slot, outcome: .aborted, reason: CardFailure.cancelled.description, sentBytes: 0,
                elapsed: .zero, digestMatches: false)
        }
    }

    init(
        name: String, cards: [CardResult] = [], elapsed: Duration = .zero, sourceSessions: Int = 0,
        sourceBytes: UInt64 = 0, sourceFailure: String? = nil, isSourceUnavailable: Bool = false,
        poolPeakBytes: Int = 0, depthRange: ClosedRange<Int> = 0...0
    ) {
        self.name = name
        self.cards = cards
        self.elapsed = elapsed
        self.sourceSessions = sourceSessions
        self.sourceBytes = sourceBytes
        self.sourceFailure = sourceFailure
        self.isSourceUnavailable = isSourceUnavailable
        self.poolPeakBytes = poolPeakBytes
        self.depthRange = depthRange
    }

    /// Counts the time before the group had memory.
    mutating func wait(for duration: Duration) {
        elapsed += duration
        for index in cards.indices { cards[index].elapsed += duration }
    }

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
        depthRange =
            depthRange.upperBound == 0
            ? next.depthRange
            : min(
                depthRange.lowerBound, next.depthRange.lowerBound)...max(
                    depthRange.upperBound, next.depthRange.upperBound)
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
    package var account = CardAccount()
}
