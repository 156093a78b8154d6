package import Runtime

/// What a pool's time goes to: pure state, told of every change.
package struct PoolClock: Equatable, Sendable {
    /// The transfer agent waited for room.
    package private(set) var full: Duration = .zero
    /// Half of the attached cards or more waited for a block while it did.
    package private(set) var starvedWhileFull: Duration = .zero
    /// The sum over all blocks of the time from being filled to being released.
    package private(set) var dwell: Duration = .zero

    package private(set) var isFull = false
    private(set) var starvingCount = 0
    private var liveCount = 0
    private var attachedCount: Int
    private var notedAt: Instant

    package init(attachedCount: Int, startedAt: Instant) {
        self.attachedCount = attachedCount
        notedAt = startedAt
    }

    /// Counts the time up to `instant`.
    package mutating func advance(to instant: Instant) {
        let passed = notedAt.duration(to: instant)
        guard passed > .zero else { return }
        notedAt = instant
        dwell += passed * liveCount
        guard isFull else { return }
        full += passed
        if mostStarve { starvedWhileFull += passed }
    }

    /// Half of the attached cards or more wait for a block.
    var mostStarve: Bool { starvingCount > 0 && 2 * starvingCount >= attachedCount }

    package mutating func setFull(_ isFull: Bool, at instant: Instant) {
        advance(to: instant)
        self.isFull = isFull
    }

    package mutating func addStarving(_ count: Int, at instant: Instant) {
        advance(to: instant)
        starvingCount += count
    }

    package mutating func note(live: Int, attached: Int, at instant: Instant) {
        advance(to: instant)
        liveCount = live
        attachedCount = attached
    }
}
