package import Reports

/// What happened.
package enum EventKind: Equatable, Sendable {
    /// The first line of a stream.
    case streamOpened(StreamOpening)

    // MARK: A group's download
    case groupStarted(GroupOpening)
    case groupEnded(group: String)
    /// The session with the image's source is opened.
    case sourceOpened(group: String)
    /// The source is done, and the image is the manifest's.
    case sourceVerified(group: String)
    /// The session broke; another one goes on.
    case sourceInterrupted(group: String, reason: String)
    case sourceFailed(group: String, reason: String)
    /// How the group does: not every change, but now and then.
    case sample(GroupSample)

    // MARK: A card's download
    /// The card is in another phase of its download: `connecting`, `preparing`, `receiving`, `verifying`, `catching-up`, `lost`.
    case cardPhase(slot: Int, phase: String)
    /// The card has kept the others waiting for longer than it may, and is taken out of the group's window.
    case cardDetached(slot: Int, costSeconds: Double, allowedSeconds: Double)
    /// A card that catches up reads from another one; nil: from none any more.
    case cardDonor(slot: Int, donor: Int?)
    /// A card that was read from is `distrusted`, since it gave something else than it should, or `gone`.
    case donorLeft(slot: Int, state: String, reason: String)
    case cardEnded(slot: Int, outcome: Outcome, reason: String?)

    // MARK: A roll-out
    case waveStarted(group: String, number: Int, count: Int, slots: [Int])
    /// The card is in another phase of its activation, as its plan's roll-out goes on.
    case cardActivation(slot: Int, phase: String, reason: String?)
    case rolloutStopped(group: String, reason: String)
    case cardRolledOut(slot: Int, state: CardState, reason: String?)

    // MARK: The simulator
    /// Something that the scenario does to the shelf begins, ends, or happens at once.
    case fault(FaultMark)
    /// A card's process was started, or has ended.
    case cardProcess(slot: Int, state: String, detail: String?)
}

extension EventKind {
    /// As the lines have it.
    package var name: String {
        switch self {
        case .streamOpened: "stream_opened"
        case .groupStarted: "group_started"
        case .groupEnded: "group_ended"
        case .sourceOpened: "source_opened"
        case .sourceVerified: "source_verified"
        case .sourceInterrupted: "source_interrupted"
        case .sourceFailed: "source_failed"
        case .sample: "sample"
        case .cardPhase: "card_phase"
        case .cardDetached: "card_detached"
        case .cardDonor: "card_donor"
        case .donorLeft: "donor_left"
        case .cardEnded: "card_ended"
        case .waveStarted: "wave_started"
        case .cardActivation: "card_activation"
        case .rolloutStopped: "rollout_stopped"
        case .cardRolledOut: "card_rolled_out"
        case .fault: "fault"
        case .cardProcess: "card_process"
        }
    }

    /// The card that it happened to, if it is one.
    package var slot: Int? {
        switch self {
        case .cardPhase(let slot, _), .cardDetached(let slot, _, _), .cardDonor(let slot, _),
            .donorLeft(let slot, _, _), .cardEnded(let slot, _, _), .cardActivation(let slot, _, _),
            .cardRolledOut(let slot, _, _),
            .cardProcess(let slot, _, _):
            slot
        case .fault(let mark): mark.slot
        case .streamOpened, .groupStarted, .groupEnded, .sourceOpened, .sourceVerified, .sourceInterrupted,
            .sourceFailed, .sample, .waveStarted, .rolloutStopped:
            nil
        }
    }
}
