import Runtime

/// Who waits for whom in a pool, for how long, and what each card has cost the others: pure state, told of every change.
struct PoolLedger {
    private(set) var clock: PoolClock
    private(set) var stalls: StallLedger
    /// Detached cards that are still served.
    private(set) var catchingUpCount = 0
    /// Since when fewer than half of the cards keep the transfer agent waiting.
    private var heldByFewSince: Instant?
    /// For how long each card held the oldest block while the transfer agent waited for room.
    private var heldOldest: [Duration]
    /// `heldByEach` of the clock when the oldest block became that.
    private var heldBefore: Duration = .zero

    init(cardCount: Int, startedAt: Instant) {
        clock = PoolClock(attachedCount: cardCount, startedAt: startedAt)
        stalls = StallLedger(cardCount: cardCount, startedAt: startedAt)
        heldOldest = Array(repeating: .zero, count: cardCount)
    }

    // MARK: What happens

    mutating func advance(to now: Instant) {
        clock.advance(to: now)
    }

    mutating func setFull(_ isFull: Bool, at now: Instant) {
        clock.setFull(isFull, at: now)
    }

    mutating func addStarving(_ count: Int, at now: Instant) {
        clock.addStarving(count, at: now)
    }

    mutating func addCatchingUp(_ count: Int) {
        catchingUpCount += count
    }

    /// A card that held the oldest block does so no more.
    mutating func release(_ card: Int, at now: Instant) {
        clock.advance(to: now)
        heldOldest[card] += clock.heldByEach - heldBefore
        if heldByFewSince != nil { stalls.charge(card, chargeable(at: now)) }
    }

    /// A card comes back.
    ///
    /// - Parameter isHolder: at the oldest block, which it holds from now on only.
    mutating func attach(_ card: Int, isHolder: Bool, at now: Instant) {
        stalls.settle(card, at: now)
        guard isHolder else { return }
        clock.advance(to: now)
        heldOldest[card] -= clock.heldByEach - heldBefore
    }

    /// Another block is the oldest one.
    mutating func beginOldest(at now: Instant) {
        clock.advance(to: now)
        heldBefore = clock.heldByEach
        end(at: now)
    }

    mutating func note(live: Int, holders: Int, attached: Int, at now: Instant) {
        clock.note(live: live, holders: holders, attached: attached, at: now)
    }

    // MARK: Who is to blame

    /// Whether fewer than half of the cards hold the others up.
    func isHeldByFew(holders: Int, attached: Int) -> Bool {
        clock.isFull && clock.mostStarve && holders > 0
            && 2 * (holders + catchingUpCount) < attached + catchingUpCount
    }

    /// Looks whether a few cards hold the others up, after a change.
    ///
    /// - Parameter isDeepest: the pool has no memory for another block.
    mutating func noteHolders(_ holders: Int, attached: Int, isDeepest: @autoclosure () -> Bool, at now: Instant) {
        guard isHeldByFew(holders: holders, attached: attached), isDeepest() else { return end(at: now) }
        guard heldByFewSince == nil else { return }
        heldByFewSince = now
        clock.setHeldByFew(true, at: now)
    }

    private mutating func end(at now: Instant) {
        guard heldByFewSince != nil else { return }
        heldByFewSince = nil
        clock.setHeldByFew(false, at: now)
    }

    /// Charges those who hold the oldest block, before they do so no more.
    mutating func chargeHolders(of window: BlockWindow, at now: Instant) {
        guard heldByFewSince != nil else { return }
        let duration = chargeable(at: now)
        if duration > .zero {
            for card in 0..<window.cardCount where window.isHolder(card) { stalls.charge(card, duration) }
        }
        end(at: now)
    }

    /// What the holders have cost the others by now, since they were alone: without the moment in which one of like cards is the last.
    private func chargeable(at now: Instant) -> Duration {
        guard let since = heldByFewSince else { return .zero }
        return max(.zero, since.duration(to: now) - StallLedger.turn)
    }

    /// The cards whose stall budget is used up now.
    func overdrawnCards(in window: BlockWindow, at now: Instant) -> [Int] {
        let pending = chargeable(at: now)
        guard pending > .zero else { return [] }
        return (0..<window.cardCount).filter {
            window.isHolder($0) && stalls.isOverdrawn($0, adding: pending, at: now)
        }
    }

    /// For how long the card held the oldest block, of all.
    func heldOldest(by card: Int) -> Duration {
        heldOldest[card]
    }
}
