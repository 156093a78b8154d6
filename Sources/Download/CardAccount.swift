/// What one card's download took: for its result.
package struct CardAccount: Equatable, Sendable {
    /// Bytes that were handed to it, in all.
    package var sentBytes: UInt64 = 0
    /// Bytes that came out of the pool.
    package var poolBytes: UInt64 = 0
    /// Whether what was in the pool came from the server, from donor cards, or from both.
    package var poolHasServerBytes = true
    package var poolHasDonorBytes = false
    /// Bytes that were read back from donor cards, for this card alone.
    package var donorBytes: UInt64 = 0
    /// Bytes of sessions of its own with the server.
    package var ownSessionBytes: UInt64 = 0
    package var ownSessions = 0
    /// How often it was detached.
    package var detachments = 0
    /// Waited for a block that the server had not delivered.
    package var serverWait: Duration = .zero
    /// Waited for a block that the pool had no room for.
    package var poolWait: Duration = .zero
    /// Held the oldest block while the transfer agent waited for room; where several cards did, its part of that time.
    package var heldOldest: Duration = .zero

    /// The CE waited for room in the card's window: for its flash, or its link.
    package var cardWait: Duration = .zero

    package init() {}

    /// Where its image came from, for a report.
    var sourceName: String {
        let hasServerBytes = ownSessionBytes > 0 || poolBytes > 0 && poolHasServerBytes
        let hasDonorBytes = donorBytes > 0 || poolBytes > 0 && poolHasDonorBytes
        return hasDonorBytes ? (hasServerBytes ? "server+donor" : "donor") : "server"
    }
}
