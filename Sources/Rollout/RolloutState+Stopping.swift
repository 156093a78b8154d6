/// When a roll-out stops, and what it undoes.
extension RolloutState {
    /// Stops the roll-out when the plan, or reason, says so.
    mutating func judge() {
        guard stopReason == nil, plan.goal != .stage, !(plan.isAllOrNone && hasBegunToCommit) else { return }
        stopReason = allOrNoneObjection ?? canaryObjection ?? sameCheckObjection ?? countObjection ?? waveObjection
    }

    private var allOrNoneObjection: String? {
        guard plan.isAllOrNone, let slot = slots(\.isFailure).first else { return nil }
        return "all or none: \(failure(of: slot))"
    }

    private var canaryObjection: String? {
        guard plan.canary != nil, waveIndex == 0, let slot = wave.first(where: { phase(of: $0).isFailure }) else {
            return nil
        }
        return "a canary failed: \(failure(of: slot))"
    }

    private var sameCheckObjection: String? {
        let kinds = Set(slots.compactMap { checks[$0] })
        guard let kind = kinds.first, kinds.count == 1, kind.isOfTheImage,
            slots.count(where: { checks[$0] != nil }) >= Self.sameCheckLimit, slots(\.isGood).isEmpty
        else { return nil }
        return "every card failed at the same (\(kind)): the image is bad, not the cards"
    }

    private var countObjection: String? {
        let failures = slots(\.isFailure).count
        guard let most = plan.maximumFailures, failures > most else { return nil }
        return "\(failures) cards failed; the plan allows \(most)"
    }

    private var waveObjection: String? {
        let failures = wave.count { phase(of: $0).isFailure }
        guard (wave.count - failures) * 100 < plan.successPercent * wave.count else { return nil }
        return
            "\(failures) of wave \(waveIndex + 1)'s \(wave.count) cards failed; the plan wants \(plan.successPercent) % good"
    }

    private func failure(of slot: Int) -> String {
        switch phase(of: slot) {
        case .missing(let reason), .rolledBack(let reason), .failed(let reason), .unknown(let reason):
            "slot \(slot): \(reason)"
        default: "slot \(slot) has not got the image"
        }
    }

    /// Cards on trial that must not stay so, one of a pair at a time.
    mutating func rollBacks() -> [RolloutStep] {
        guard !hasBegunToCommit || !plan.isAllOrNone else { return [] }
        let undoesAll = plan.isAllOrNone || plan.goal == .commit
        var steps: [RolloutStep] = []
        for slot in undoesAll ? slots : wave where phase(of: slot) == .onTrial && !isPartnerDown(of: slot) {
            phases[slot] = .rollingBack(reason: stopReason!)
            steps.append(.rollBack(slot: slot))
        }
        return steps
    }
}

extension RolloutCheck {
    /// It says something of the image; a card that is not reached does not.
    fileprivate var isOfTheImage: Bool {
        switch self {
        case .conversation, .interference: false
        case .staged, .refused, .boot, .software: true
        }
    }
}
