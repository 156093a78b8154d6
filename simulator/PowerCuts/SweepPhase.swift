/// A part of a card's life that is cut at every operation.
package enum SweepPhase: String, CaseIterable, Sendable {
    /// An image comes, from its first byte to its being valid.
    case download
    /// A download that was interrupted halfway goes on.
    case resume
    /// The new image is put on trial, and boots.
    case activate
    case commit
    case rollBack = "roll-back"
    /// The trial ends without a commit.
    case expiry
    /// The new image boots again and again, and never comes up.
    case failedBoots = "failed-boots"
    /// An image is read back, as from a donor card: nothing may be written.
    case readOut = "read-out"
}
