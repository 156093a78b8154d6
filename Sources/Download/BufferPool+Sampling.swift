import Runtime

/// How the pool does, for whoever looks at it now and then.
extension BufferPool {
    /// What the group has of the CE's memory now, and may have.
    var heldBytes: Int { share.heldBytes }
    var allowanceBytes: Int { share.allowanceBytes }

    /// The transfer agent waits for room.
    var isFull: Bool { clock.isFull }

    /// For how long it did.
    var fullTime: Duration {
        clock.advance(to: loop.turnTime)
        return clock.full
    }

    /// The cards that hold the others up, as long as they are few.
    var fewHolders: [Int] {
        isHeldByFew ? (0..<window.cardCount).filter { window.isHolder($0) } : []
    }

    /// What the card has cost the others by now.
    func cost(of card: Int) -> Duration {
        stalls.charge(of: card) + (window.isHolder(card) ? chargeable : .zero)
    }
}
