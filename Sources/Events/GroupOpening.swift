/// What a group's download begins with.
package struct GroupOpening: Equatable, Sendable {
    package var name: String
    package var version: String
    package var imageBytes: UInt64
    package var slots: [Int]
    package var blockBytes: Int
    /// What the pool may hold at most.
    package var budgetBytes: Int

    package init(
        name: String, version: String, imageBytes: UInt64, slots: [Int], blockBytes: Int,
        budgetBytes: Int
    ) {
        self.name = name
        self.version = version
        self.imageBytes = imageBytes
        self.slots = slots
        self.blockBytes = blockBytes
        self.budgetBytes = budgetBytes
    }
}
