import Runtime

/// How the pool does, for whoever looks at it now and then.
extension BufferPool {
    /// What the group has of the CE's memory now, and may have.
    var heldBytes: Int { share.heldBytes }
    var allowanceBytes: Int { share.allowanceBytes }

    /// The transfer agent waits for room.
    var isFull: Bool { ledger.clock.isFull }

    /// For how long it did.
    var fullTime: Duration {
        ledger.advance(to: loop.turnTime)
        return ledger.clock.full
    }

    /// The cards that hold the others up, as long as they are few.
    var fewHolders: [Int] {
        guard ledger.isHeldByFew(holders: window.holderCount, attached: window.attachedCount) else { return [] }
        return (0..<window.cardCount).filter { window.isHolder($0) }
    }

    /// What the card has cost the others, as far as it is charged.
    func cost(of card: Int) -> Duration { ledger.stalls.charge(of: card) }

    /// What every card may have cost them by now.
    var allowedCost: Duration { ledger.stalls.budget(at: loop.turnTime) }
}
