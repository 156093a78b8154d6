/// What is to be done with a card now.
package enum RolloutStep: Hashable, Sendable {
    /// Boot the image on trial. The card is down until its event comes.
    case activate(slot: Int)
    /// Look whether it still runs the image.
    case check(slot: Int)
    case commit(slot: Int)
    /// Return to the committed image. The card is down until its event comes.
    case rollBack(slot: Int)

    package var slot: Int {
        switch self {
        case .activate(let slot), .check(let slot), .commit(let slot), .rollBack(let slot): slot
        }
    }
}
