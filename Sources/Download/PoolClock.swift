package import Runtime

/// What a pool's time goes to: pure state, told of every change.
package struct PoolClock: Equatable, Sendable {
    /// The transfer agent waited for room.
    package private(set) var full: Duration = .zero
    /// Half of the attached cards or more waited for a block while it did.
    package private(set) var starvedWhileFull: Duration = .zero
    /// The part of that for which more room would have helped: no few cards held the others up.
    package private(set) var starvedForRoom: Duration = .zero
    /// Half of the attached cards or more waited for what the image's source had not delivered.
    package private(set) var starvedForSource: Duration = .zero
    /// The sum over all blocks of the time from being filled to being released.
    package private(set) var dwell: Duration = .zero
    /// What a card that always held the oldest block would have held it for while the transfer agent waited for room: each moment is
    /// divided among the cards that hold it.
    package private(set) var heldByEach: Duration = .zero

    package private(set) var isFull = false
    private(set) var starvingCount = 0
    private var liveCount = 0
    private var holderCount = 0
    private var isHeldByFew = false
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
        guard isFull else {
            if mostStarve { starvedForSource += passed }
            return
        }
        full += passed
        if holderCount > 0 { heldByEach += passed / holderCount }
        guard mostStarve else { return }
        starvedWhileFull += passed
        if !isHeldByFew { starvedForRoom += passed }
    }

    /// Half of the attached cards or more wait for a block.
    var mostStarve: Bool { starvingCount > 0 && 2 * starvingCount >= attachedCount }

    package mutating func setFull(_ isFull: Bool, at instant: Instant) {
        advance(to: instant)
        self.isFull = isFull
    }

    /// Fewer than half of the cards hold the others up, or no more.
    package mutating func setHeldByFew(_ isHeldByFew: Bool, at instant: Instant) {
        advance(to: instant)
        self.isHeldByFew = isHeldByFew
    }

    package mutating func addStarving(_ count: Int, at instant: Instant) {
        advance(to: instant)
        starvingCount += count
    }

    /// - Parameter holders: the cards that have yet to take the oldest block.
    package mutating func note(live: Int, holders: Int, attached: Int, at instant: Instant) {
        advance(to: instant)
        liveCount = live
        holderCount = holders
        attachedCount = attached
    }
}
