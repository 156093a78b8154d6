import Rollout
import Runtime

/// A roll-out driven by hand: what is asked of it, and what the test answers.
struct RolloutRun {
    var state: RolloutState
    /// Steps that have had no answer yet.
    private(set) var open: [RolloutStep] = []
    /// Everything that was asked for, in order.
    private(set) var steps: [RolloutStep] = []
    var now = Instant.start

    init(_ plan: RolloutPlan, slots: [Int], unstaged: [Int] = []) {
        state = RolloutState(plan: plan, staged: slots, unstaged: unstaged)
        ask()
    }

    private mutating func ask() {
        let next = state.nextSteps(at: now)
        steps += next
        open += next
    }

    /// Answers a card's open step.
    mutating func answer(_ slot: Int, _ event: RolloutEvent) {
        // A missing card's step is open until it is resolved.
        if case .missing = event {} else { open.removeAll { $0.slot == slot } }
        state.note(event, of: slot)
        ask()
    }

    /// Lets time pass.
    mutating func wait(_ duration: Duration) {
        now = now.advanced(by: duration)
        ask()
    }

    /// Answers every open step as a good card does, until nothing is open.
    mutating func succeed() {
        while let step = open.first { answer(step.slot, Self.success(of: step)) }
    }

    static func success(of step: RolloutStep) -> RolloutEvent {
        switch step {
        case .activate, .check: .onTrial
        case .commit: .committed
        case .rollBack: .rolledBack(reason: "")
        }
    }

    func phases(_ slots: Int...) -> [RolloutPhase] { slots.map { state.phase(of: $0) } }
}

let bootFailure = RolloutEvent.rolledBack(reason: "it did not boot")
