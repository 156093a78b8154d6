/// What a group's time went to: what half of its cards or more waited for, or else the cards themselves.
package struct TimeAccount: Equatable, Sendable {
    /// For what the image's source had not delivered.
    package var server: Duration = .zero
    /// For what the pool had no room for, while no few cards were to blame.
    package var pool: Duration = .zero
    /// The sum over all blocks of the time from being filled to being released.
    package var dwell: Duration = .zero
    package var blockCount = 0

    package init() {}

    init(_ clock: PoolClock, blockCount: Int) {
        server = clock.starvedForSource
        pool = clock.starvedForRoom
        dwell = clock.dwell
        self.blockCount = blockCount
    }

    /// Adds that of a group that ran after this one.
    mutating func append(_ next: TimeAccount) {
        server += next.server
        pool += next.pool
        dwell += next.dwell
        blockCount += next.blockCount
    }
}
