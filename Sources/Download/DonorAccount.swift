/// What was read back from one card.
package struct DonorAccount: Equatable, Sendable {
    package var slot: Int
    /// The image's bytes that it gave and that were right.
    package var bytes: UInt64 = 0
    /// Why it was left the last time; nil when it always gave what it should.
    package var complaint: String?
    /// It gave something else than the manifest says, and was asked no more.
    package var isDistrusted = false

    package init(slot: Int) {
        self.slot = slot
    }
}
