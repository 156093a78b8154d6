/// How many blocks a group's pool uses: no more than its cards need. Pure.
///
/// The depth grows when half of the cards or more starve although the server could deliver, and shrinks when even the card that
/// is furthest ahead never needs the newest blocks. A fixed depth stays.
package struct DepthControl: Equatable, Sendable {
    /// What happened since the depth was looked at last.
    package struct Period: Equatable, Sendable {
        package var duration: Duration
        /// For how long half of the attached cards or more waited for a block while the pool was full.
        package var starved: Duration
        /// For how long the transfer agent waited for room.
        package var full: Duration
        /// The blocks that went from the pool.
        package var released: Int
        /// The blocks that lay ready, at the least, ahead of the card that is furthest.
        package var leastAhead: Int
        /// Fewer than half of the cards hold the oldest block: only memory keeps the others going until these are detached.
        package var isHeldByFew: Bool

        package init(
            duration: Duration, starved: Duration, full: Duration, released: Int, leastAhead: Int, isHeldByFew: Bool
        ) {
            self.full = full
            self.duration = duration
            self.starved = starved
            self.released = released
            self.leastAhead = leastAhead
            self.isHeldByFew = isHeldByFew
        }
    }

    /// One block that is filled while another is sent.
    package static let least = 2
    /// Of a period: more starvation than a hundredth would show in the elapsed time.
    private static let toleratedShare = 0.01
    /// A block that goes after less than this was waited for by tasks that change hands more often than they work: with more blocks
    /// each does more at a time.
    private static let hastyBlock: Duration = .milliseconds(2)
    /// While the pool was emptied so often, there must always have been a block to spare.
    private static let roundsToShrink = 4

    /// In blocks.
    package private(set) var target: Int
    package let isFixed: Bool
    /// Blocks that went since one was missing.
    private var spareBlocks = 0

    /// - Parameter fixed: the depth in blocks; nil: as needed.
    package init(fixed: Int? = nil) {
        target = fixed ?? Self.least
        isFixed = fixed != nil
    }

    /// - Parameter limit: the blocks that there is memory for.
    package mutating func adjust(_ period: Period, limit: Int) {
        guard !isFixed, period.duration > .zero else { return }
        if period.starved > period.duration * Self.toleratedShare {
            spareBlocks = 0
            let wanted = period.isHeldByFew ? 2 * target : target + 1
            target = max(target, min(wanted, limit))
        } else if period.full > .zero && Self.hastyBlock * period.released > period.duration {
            spareBlocks = 0
            target = max(target, min(target + 1, limit))
        } else if period.leastAhead > 0, target > Self.least {
            spareBlocks += period.released
            if spareBlocks >= Self.roundsToShrink * target {
                spareBlocks = 0
                target -= 1
            }
        } else {
            spareBlocks = 0
        }
    }
}
