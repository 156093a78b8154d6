/// How one card does at one moment.
package struct CardSample: Equatable, Sendable {
    package var slot: Int
    /// What the card has said to be in its flash.
    package var flashBytes: UInt64
    /// What was read back for it from other cards.
    package var donorBytes: UInt64
    /// For how long it waited for what the server had not delivered …
    package var serverWaitSeconds: Double
    /// … for what the pool had no room for …
    package var poolWaitSeconds: Double
    /// … and for how long the CE waited for the card: its flash, its window, its link.
    package var cardWaitSeconds: Double
    /// Which of them it is at this moment.
    package var waitsFor: CardNeed

    package init(
        slot: Int, flashBytes: UInt64, donorBytes: UInt64 = 0, serverWaitSeconds: Double = 0,
        poolWaitSeconds: Double = 0, cardWaitSeconds: Double = 0, waitsFor: CardNeed = .nothing
    ) {
        self.slot = slot
        self.flashBytes = flashBytes
        self.donorBytes = donorBytes
        self.serverWaitSeconds = serverWaitSeconds
        self.poolWaitSeconds = poolWaitSeconds
        self.cardWaitSeconds = cardWaitSeconds
        self.waitsFor = waitsFor
    }
}

/// What a card's download agent waits for.
package enum CardNeed: String, Codable, CaseIterable, Sendable {
    /// It sends.
    case nothing = ""
    /// A block that the server has not delivered.
    case server
    /// A block that the pool has no room for.
    case pool
    /// The card: its flash, its window, its link.
    case card
}
