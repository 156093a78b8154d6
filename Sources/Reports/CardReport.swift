/// One card's part of a report.
package struct CardReport: Codable, Equatable, Sendable {
    package var slot: Int
    package var group: String
    package var outcome: Outcome
    /// Why, where the outcome is not success.
    package var reason: String?
    /// The image's bytes that were handed to the card.
    package var bytes: UInt64
    /// From the start of the group to the end of this card.
    package var elapsedSeconds: Double
    /// The least time that this card could take, whatever the engine does; only the simulator knows it.
    package var boundSeconds: Double?
    /// The card's digest is the manifest's; in a simulator's report also: its flash was compared byte for byte.
    package var digestIsOK: Bool
    /// The card was taken out of the group's window and served by itself.
    package var isDetached: Bool
    /// Where its image came from: `server`, `donor` cards, or `server+donor`.
    package var source: String?
    /// For how long it waited for what the server had not delivered, and for what the pool had no room for; the rest is its own
    /// time.
    package var serverWaitSeconds = 0.0
    package var poolWaitSeconds = 0.0
    /// For how long it held the oldest block while the transfer agent waited for room; where several cards did, its part of that time.
    package var heldOldestSeconds = 0.0
    /// What was read back for it from other cards.
    package var donorBytes: UInt64 = 0
    /// What the plan brought the card to; nil for a card that has not got the image.
    package var state: CardState?
    /// The version of the instance that runs, and what the program that answers says of itself, as the card told it last.
    package var runningVersion: String?
    package var softwareVersion: String?
    package var epoch: UInt64?
    /// Why the card runs its old image again.
    package var rolledBackReason: String?

    package init(
        slot: Int, group: String, outcome: Outcome, reason: String?, bytes: UInt64, elapsedSeconds: Double,
        boundSeconds: Double? = nil, digestIsOK: Bool, isDetached: Bool = false, source: String?
    ) {
        self.slot = slot
        self.group = group
        self.outcome = outcome
        self.reason = reason
        self.bytes = bytes
        self.elapsedSeconds = elapsedSeconds
        self.boundSeconds = boundSeconds
        self.digestIsOK = digestIsOK
        self.isDetached = isDetached
        self.source = source
    }

    enum CodingKeys: String, CodingKey {
        case slot, group, outcome, reason, bytes
        case elapsedSeconds = "elapsed_s"
        case boundSeconds = "bound_s"
        case digestIsOK = "digest_ok"
        case isDetached = "detached"
        case source, state
        case serverWaitSeconds = "server_wait_s"
        case poolWaitSeconds = "pool_wait_s"
        case heldOldestSeconds = "held_oldest_s"
        case donorBytes = "donor_bytes"
        case runningVersion = "running_version"
        case softwareVersion = "software_version"
        case epoch
        case rolledBackReason = "rolled_back_reason"
    }
}
