/// How a group does at one moment. Counts and times grow from the group's start, so that any of the samples may be left out.
package struct GroupSample: Equatable, Sendable {
    package var group: String
    /// Of the image, from its source.
    package var serverBytes: UInt64
    /// What the pool holds, and may hold now.
    package var poolBytes: Int
    package var budgetBytes: Int
    /// The blocks that the pool uses at most, as its cards need them.
    package var depth: Int
    /// For how long the transfer agent waited for room.
    package var fullSeconds: Double
    /// The cards that alone have yet to take the oldest block while the others wait; empty as long as it is no few.
    package var holders: [Int]
    /// Those that have not ended, by slot.
    package var cards: [CardSample]

    package init(
        group: String, serverBytes: UInt64, poolBytes: Int, budgetBytes: Int, depth: Int, fullSeconds: Double,
        holders: [Int], cards: [CardSample]
    ) {
        self.group = group
        self.serverBytes = serverBytes
        self.poolBytes = poolBytes
        self.budgetBytes = budgetBytes
        self.depth = depth
        self.fullSeconds = fullSeconds
        self.holders = holders
        self.cards = cards
    }
}
