import Rollout
import Runtime
import Testing

/// Any plan, cards that do anything, in any order: what holds always.
@Suite struct AnyPlanTests {
    @Test(arguments: Array(stride(from: UInt64(0), to: 6000, by: 500)))
    func whateverTheCardsDoTheRulesHold(firstSeed: UInt64) {
        for seed in firstSeed..<firstSeed + 500 {
            if let broken = brokenRule(seed: seed) {
                Issue.record("seed \(seed): \(broken)")
                return
            }
        }
    }

    private func plan(_ random: inout SplitMix64, cardCount: Int) -> RolloutPlan {
        var plan = RolloutPlan(goal: RolloutGoal.allCases.randomElement(using: &random)!)
        plan.isAllOrNone = Int.random(in: 0..<3, using: &random) == 0
        plan.canary = [nil, .count(2), .slots([2, 5])].randomElement(using: &random)!
        plan.wave = [nil, .count(1), .count(3), .percent(40)].randomElement(using: &random)!
        plan.successPercent = [0, 50, 100].randomElement(using: &random)!
        plan.maximumFailures = [nil, 0, 2].randomElement(using: &random)!
        plan.soak = [.zero, .seconds(60)].randomElement(using: &random)!
        let shuffled = Array(1...cardCount).shuffled(using: &random)
        for pair in stride(from: 0, to: Int.random(in: 0..<cardCount, using: &random) / 2 * 2, by: 2) {
            plan.protection.append(ProtectionPair(shuffled[pair], shuffled[pair + 1]))
        }
        return plan
    }

    private func answer(to step: RolloutStep, isMissing: Bool, badness: Int, _ random: inout SplitMix64) -> RolloutEvent
    {
        guard Int.random(in: 0..<10, using: &random) < badness else { return RolloutRun.success(of: step) }
        switch (step, Int.random(in: 0..<5, using: &random)) {
        case (.activate, 0) where !isMissing: return .missing(reason: "away")
        case (.check, 0): return .committed
        case (_, 1): return .unknown(reason: "gone")
        case (.rollBack, _): return .failed(.refused("NO"), reason: "no")
        case (_, 2): return .failed(.refused("NO"), reason: "no")
        case (_, 3): return .failed(.conversation, reason: "cut")
        default: return .rolledBack(reason: "it did not boot")
        }
    }

    private func brokenRule(seed: UInt64) -> String? {
        var random = SplitMix64(seed: seed)
        let cardCount = Int.random(in: 1...8, using: &random)
        let plan = plan(&random, cardCount: cardCount)
        let badness = Int.random(in: 0...5, using: &random)
        let unstaged = (1...cardCount).filter { _ in Int.random(in: 0..<12, using: &random) < badness / 2 }
        let slots = (1...cardCount).filter { !unstaged.contains($0) }
        var run = RolloutRun(plan, slots: slots, unstaged: unstaged)
        var hasFailed = !unstaged.isEmpty
        for _ in 0..<1000 {
            if let broken = brokenRule(of: run, plan, hasFailed: hasFailed) { return "\(broken), \(plan)" }
            if run.state.isFinished { return nil }
            if let step = run.open.randomElement(using: &random) {
                var isMissing = false
                if case .missing = run.state.phase(of: step.slot) { isMissing = true }
                let event = answer(to: step, isMissing: isMissing, badness: badness, &random)
                let hadCommits = run.steps.contains(where: \.isCommit)
                run.answer(step.slot, event)
                if run.state.phase(of: step.slot).isFailure && !hadCommits { hasFailed = true }
            } else if let wakeAt = run.state.wakeAt {
                run.wait(run.now.duration(to: wakeAt))
            } else {
                return "nothing is under way and nothing is waited for: \(run.state)"
            }
        }
        return "it does not end: \(run.state)"
    }

    private func brokenRule(of run: RolloutRun, _ plan: RolloutPlan, hasFailed: Bool) -> String? {
        for pair in plan.protection {
            let isDown = [pair.first, pair.second].map { run.state.phase(of: $0).isDown }
            // A card that does not answer when it is looked at, or is to be committed, went down by itself.
            let wasTakenDown = run.open.filter { $0.slot == pair.first || $0.slot == pair.second }
            if isDown == [true, true], wasTakenDown.count == 2 { return "both cards of \(pair) were taken down" }
        }
        let activated = run.steps.filter(\.isActivate)
        if Set(activated).count != activated.count { return "a card was activated twice" }
        if plan.isAllOrNone, hasFailed, run.steps.contains(where: \.isCommit) {
            return "committed in spite of a failure"
        }
        if plan.goal == .stage, !run.steps.isEmpty { return "more was done than to stage" }
        if plan.goal == .activate, run.steps.contains(where: \.isCommit) { return "committed without being asked" }
        guard run.state.isFinished else { return nil }
        if run.state.slots.contains(where: { run.state.phase(of: $0).isUnderWay }) {
            return "ended with a step under way"
        }
        if run.state.stopReason == nil, plan.goal == .commit {
            for slot in run.state.slots {
                switch run.state.phase(of: slot) {
                case .onTrial: return "slot \(slot) was left on trial"
                case .staged where run.state.lostPartner(of: slot) == nil: return "slot \(slot) was left out"
                default: break
                }
            }
        }
        return nil
    }
}

extension RolloutStep {
    var isCommit: Bool { if case .commit = self { true } else { false } }
    var isActivate: Bool { if case .activate = self { true } else { false } }
}
