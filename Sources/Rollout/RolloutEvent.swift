/// What became of a step.
package enum RolloutEvent: Equatable, Sendable {
    /// The image runs, not committed.
    case onTrial
    /// The image runs, committed: by this roll-out, or before.
    case committed
    /// The card has not come back in time; it is still being waited for, and another event will follow.
    case missing(reason: String)
    /// The card runs its committed image again: asked to, or by itself.
    case rolledBack(reason: String)
    /// The card is up, and does not do as it should.
    case failed(RolloutCheck, reason: String)
    /// The card did not come back as long as it was waited for: nobody knows what it runs.
    case unknown(reason: String)
}

/// What a card failed at: when every card fails at the same, it is the image that is bad.
package enum RolloutCheck: Hashable, Sendable, CustomStringConvertible {
    /// The card was not reached, or did not speak the protocol.
    case conversation
    /// No instance holds the image.
    case staged
    /// The card said no, with this code.
    case refused(String)
    /// It came back with its old image.
    case boot
    /// It came back with the image, and answers with other software.
    case software
    /// Somebody else changed the card meanwhile.
    case interference

    package var description: String {
        switch self {
        case .conversation: "a conversation with the card"
        case .staged: "the image is in flash"
        case .refused(let code): "the card's own check: \(code)"
        case .boot: "the boot of the image"
        case .software: "the software that answers"
        case .interference: "nobody else writes to the card"
        }
    }
}
