package import Runtime

/// How long each card has kept the others waiting: pure state.
///
/// The time for which fewer than half of a group's cards keep the transfer agent from filling is charged to each of them.
package struct StallLedger: Equatable, Sendable {
    /// One of like cards is the last to take a block: that is nobody's fault. Cards that share a processor, as emulated ones do, take turns
    /// of milliseconds.
    package static let turn: Duration = .milliseconds(2)
    /// What a card may cost the others in all: so much at once, for what happens to everybody now and then …
    package static let grace: Duration = .milliseconds(20)
    /// … and this share of the elapsed time.
    package static let share = 0.02

    private var charges: [Duration]
    private let startedAt: Instant

    package init(cardCount: Int, startedAt: Instant) {
        charges = Array(repeating: .zero, count: cardCount)
        self.startedAt = startedAt
    }

    package func charge(of card: Int) -> Duration { charges[card] }

    package mutating func charge(_ card: Int, _ duration: Duration) {
        charges[card] += duration
    }

    /// What every card may have cost by `instant`.
    package func budget(at instant: Instant) -> Duration {
        Self.grace + startedAt.duration(to: instant) * Self.share
    }

    /// A card that comes back has used up its budget, and owes no more than that.
    package mutating func settle(_ card: Int, at instant: Instant) {
        charges[card] = min(charges[card], budget(at: instant))
    }

    /// - Parameter pending: what is not charged yet.
    package func isOverdrawn(_ card: Int, adding pending: Duration, at instant: Instant) -> Bool {
        charges[card] + pending > budget(at: instant)
    }
}
