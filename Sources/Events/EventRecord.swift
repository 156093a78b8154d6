import Reports

/// A line of a stream as a JSON decoder reads it, before it is an event: every field that any event has.
package struct EventRecord: Decodable, Sendable {
    package let version: Int
    package let sequence: Int
    private let seconds: Double
    private let event: String
    private let program: String?
    private let clock: RunClock?
    private let monotonicSeconds: Double?
    private let group: String?
    private let mode: DownloadMode?
    private let imageVersion: String?
    private let imageBytes: UInt64?
    private let slot: Int?
    private let slots: [Int]?
    private let blockBytes: Int?
    private let budgetBytes: Int?
    private let reason: String?
    private let phase: String?
    private let costSeconds: Double?
    private let allowedSeconds: Double?
    private let donor: Int?
    private let outcome: Outcome?
    private let number: Int?
    private let count: Int?
    private let state: String?
    private let detail: String?
    private let what: String?
    private let target: String?
    private let serverBytes: UInt64?
    private let poolBytes: Int?
    private let depth: Int?
    private let fullSeconds: Double?
    private let holders: [Int]?
    private let flashBytes: [UInt64]?
    private let donorBytes: [UInt64]?
    private let serverWaitSeconds: [Double]?
    private let poolWaitSeconds: [Double]?
    private let cardWaitSeconds: [Double]?
    private let waitsFor: [CardNeed]?

    enum CodingKeys: String, CodingKey {
        case version = "v"
        case sequence = "seq"
        case seconds = "t"
        case event, program, clock
        case monotonicSeconds = "monotonic_s"
        case group, mode
        case imageVersion = "version"
        case imageBytes = "image_bytes"
        case slot, slots
        case blockBytes = "block_bytes"
        case budgetBytes = "budget_bytes"
        case reason, phase
        case costSeconds = "cost_s"
        case allowedSeconds = "allowed_s"
        case donor, outcome, number, count, state, detail, what, target
        case serverBytes = "server_bytes"
        case poolBytes = "pool_bytes"
        case depth
        case fullSeconds = "full_s"
        case holders
        case flashBytes = "flash_bytes"
        case donorBytes = "donor_bytes"
        case serverWaitSeconds = "server_wait_s"
        case poolWaitSeconds = "pool_wait_s"
        case cardWaitSeconds = "card_wait_s"
        case waitsFor = "waits_for"
    }
}

extension EventRecord {
    /// The event; nil for one of another version, of a name that is not known, or without a field that it must have.
    package var runEvent: RunEvent? {
        guard version == RunEvent.version, let kind = groupKind ?? cardKind ?? shelfKind else { return nil }
        return RunEvent(seconds: seconds, kind)
    }

    private var groupKind: EventKind? {
        guard let group else { return nil }
        switch event {
        case "group_started": return opening(of: group).map { .groupStarted($0) }
        case "group_ended": return .groupEnded(group: group)
        case "source_opened": return .sourceOpened(group: group)
        case "source_verified": return .sourceVerified(group: group)
        case "source_interrupted": return .sourceInterrupted(group: group, reason: reason ?? "")
        case "source_failed": return .sourceFailed(group: group, reason: reason ?? "")
        case "rollout_stopped": return .rolloutStopped(group: group, reason: reason ?? "")
        case "wave_started":
            guard let number, let count, let slots else { return nil }
            return .waveStarted(group: group, number: number, count: count, slots: slots)
        case "sample": return sample(of: group).map { .sample($0) }
        default: return nil
        }
    }

    private var cardKind: EventKind? {
        guard let slot else { return nil }
        switch event {
        case "card_phase": return phase.map { .cardPhase(slot: slot, phase: $0) }
        case "card_detached":
            guard let costSeconds, let allowedSeconds else { return nil }
            return .cardDetached(slot: slot, costSeconds: costSeconds, allowedSeconds: allowedSeconds)
        case "card_donor": return .cardDonor(slot: slot, donor: donor)
        case "donor_left": return state.map { .donorLeft(slot: slot, state: $0, reason: reason ?? "") }
        case "card_ended": return outcome.map { .cardEnded(slot: slot, outcome: $0, reason: reason) }
        case "card_activation": return phase.map { .cardActivation(slot: slot, phase: $0, reason: reason) }
        case "card_rolled_out":
            guard let state = state.flatMap({ CardState(rawValue: $0) }) else { return nil }
            return .cardRolledOut(slot: slot, state: state, reason: reason)
        case "card_process": return state.map { .cardProcess(slot: slot, state: $0, detail: detail) }
        default: return nil
        }
    }

    private var shelfKind: EventKind? {
        switch event {
        case "stream_opened":
            guard let program, let mode, let clock else { return nil }
            return .streamOpened(
                StreamOpening(program: program, mode: mode, clock: clock, monotonicSeconds: monotonicSeconds))
        case "fault":
            guard let what, let target, let phase = phase.flatMap({ FaultMark.Phase(rawValue: $0) }) else { return nil }
            return .fault(FaultMark(what: what, target: target, slot: slot, phase: phase, detail: detail))
        default: return nil
        }
    }

    private func opening(of group: String) -> GroupOpening? {
        guard let imageVersion, let imageBytes, let slots, let blockBytes, let budgetBytes else { return nil }
        return GroupOpening(
            name: group, version: imageVersion, imageBytes: imageBytes, slots: slots,
            blockBytes: blockBytes, budgetBytes: budgetBytes)
    }

    private func sample(of group: String) -> GroupSample? {
        guard let serverBytes, let poolBytes, let budgetBytes, let depth, let fullSeconds, let holders, let slots,
            let cards = cards(slots)
        else { return nil }
        return GroupSample(
            group: group, serverBytes: serverBytes, poolBytes: poolBytes, budgetBytes: budgetBytes, depth: depth,
            fullSeconds: fullSeconds, holders: holders, cards: cards)
    }

    private func cards(_ slots: [Int]) -> [CardSample]? {
        guard let flashBytes, let donorBytes, let serverWaitSeconds, let poolWaitSeconds, let cardWaitSeconds,
            let waitsFor,
            [
                flashBytes.count, donorBytes.count, serverWaitSeconds.count, poolWaitSeconds.count,
                cardWaitSeconds.count, waitsFor.count,
            ].allSatisfy({ $0 == slots.count })
        else { return nil }
        return slots.indices.map { index in
            CardSample(
                slot: slots[index], flashBytes: flashBytes[index], donorBytes: donorBytes[index],
                serverWaitSeconds: serverWaitSeconds[index], poolWaitSeconds: poolWaitSeconds[index],
                cardWaitSeconds: cardWaitSeconds[index], waitsFor: waitsFor[index])
        }
    }
}
