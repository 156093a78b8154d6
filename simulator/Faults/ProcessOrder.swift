/// What is done to a process, or to a card in its slot.
package enum ProcessOrder: Equatable, Sendable {
    /// It dies at once, and stays dead unless the fault says for how long.
    case kill
    /// It dies at once, and is started again after a while.
    case restart(after: Duration)
    /// It is stopped in the middle of what it does, and goes on when the fault is over.
    case pause
    /// The card is taken out of its slot.
    case pull
    /// A card is put into the slot, in the place of the one that may be there: the same one again, or another one from the shop.
    case insert(after: Duration, isOther: Bool)
    /// The CE dies, and is started again with the same plan.
    case restartCE(after: Duration)
    /// The CE dies, and the standby CE takes over.
    case switchOver(after: Duration)
    /// Another CE starts with the same plan, while the first one lives.
    case secondCE
    /// The operator gives the CE another budget.
    case setMemory(bytes: UInt64)

    /// Whether it is the CE's, not a card's.
    package var isOfCE: Bool {
        switch self {
        case .restartCE, .switchOver, .secondCE, .setMemory: true
        case .restart, .pause, .pull, .insert, .kill: false
        }
    }
}
