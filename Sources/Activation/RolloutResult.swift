package import CardProtocol
package import Reports
package import Rollout

/// What a roll-out came to.
package struct RolloutResult: Equatable, Sendable {
    /// Exactly one for each staged card, by slot.
    package var cards: [CardRollout]
    /// Why it was stopped, if it was.
    package var stopReason: String?
    package var elapsed: Duration
    /// It was cancelled.
    package var isInterrupted: Bool
}

/// What became of one card.
package struct CardRollout: Equatable, Sendable {
    package var slot: Int
    package var state: CardState
    /// The card is where the plan wants it.
    package var hasReachedGoal: Bool
    /// Why not, where it is not.
    package var reason: String?
    /// What the card said last of itself; nil when it was not asked.
    package var identity: CardIdentity?

    package init(slot: Int, state: CardState, hasReachedGoal: Bool, reason: String?, identity: CardIdentity?) {
        self.slot = slot
        self.state = state
        self.hasReachedGoal = hasReachedGoal
        self.reason = reason
        self.identity = identity
    }

    init(slot: Int, in state: RolloutState, identity: CardIdentity?, isInterrupted: Bool) {
        let phase = state.phase(of: slot)
        let goal: CardState =
            switch state.plan.goal {
            case .stage: .staged
            case .activate: .activated
            case .commit: .committed
            }
        self.slot = slot
        self.identity = identity
        self.state = phase.state
        hasReachedGoal = self.state == goal || (self.state == .committed && goal == .activated)
        reason = hasReachedGoal ? nil : Self.reason(of: slot, phase, in: state, isInterrupted: isInterrupted)
    }

    private static func reason(
        of slot: Int, _ phase: RolloutPhase, in state: RolloutState, isInterrupted: Bool
    ) -> String? {
        switch phase {
        case .missing(let reason), .rollingBack(let reason), .rolledBack(let reason), .failed(let reason),
            .unknown(let reason):
            return reason
        case .unstaged, .staged, .activating, .onTrial, .checking, .committing, .committed: break
        }
        if isInterrupted { return "the roll-out was ended before the card was done" }
        let verb = phase == .staged ? "not activated" : "not committed; it returns by itself when its trial ends"
        if let partner = state.lostPartner(of: slot) {
            return "\(verb): slot \(partner), which it protects, is down"
        }
        return state.stopReason.map { "\(verb): \($0)" } ?? verb
    }
}

extension RolloutPhase {
    /// In a report's terms.
    package var state: CardState {
        switch self {
        case .staged: .staged
        case .onTrial, .checking, .committing: .activated
        case .committed: .committed
        case .rolledBack: .rolledBack
        case .activating, .missing, .rollingBack, .unknown: .unknown
        case .unstaged, .failed: .failed
        }
    }
}
