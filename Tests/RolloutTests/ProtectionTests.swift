import Rollout
import Runtime
import Testing

@Suite struct ProtectionTests {
    private static let plan = RolloutPlan(goal: .commit, protection: [ProtectionPair(1, 2), ProtectionPair(4, 3)])

    @Test func ofAPairTheSecondWaitsUntilTheFirstIsBack() {
        var run = RolloutRun(Self.plan, slots: [1, 2, 3, 4, 5])
        #expect(run.open == [.activate(slot: 1), .activate(slot: 3), .activate(slot: 5)])
        run.answer(1, .onTrial)
        #expect(run.open == [.activate(slot: 3), .activate(slot: 5), .activate(slot: 2)])
        run.answer(3, bootFailure)
        #expect(run.open.last == .activate(slot: 4))
    }

    @Test func theOtherCardOfALostOneIsLeftAlone() {
        var run = RolloutRun(Self.plan, slots: [1, 2])
        run.answer(1, .missing(reason: "away"))
        #expect(run.open == [.activate(slot: 1)])
        #expect(!run.state.isFinished)
        run.answer(1, .unknown(reason: "away"))
        #expect(run.open.isEmpty)
        #expect(run.state.isFinished)
        #expect(run.phases(2) == [.staged])
        #expect(run.state.lostPartner(of: 2) == 1)
        #expect(run.state.lostPartner(of: 1) == nil)
    }

    @Test func aPairIsRolledBackOneAfterTheOther() {
        var plan = Self.plan
        plan.isAllOrNone = true
        var run = RolloutRun(plan, slots: [1, 2, 5])
        run.answer(1, .onTrial)
        run.answer(2, .onTrial)
        run.answer(5, bootFailure)
        #expect(run.open == [.rollBack(slot: 1)])
        run.succeed()
        #expect(run.steps.last == .rollBack(slot: 2))
        #expect(run.state.isFinished)
    }

    @Test func theOtherCardOfOneThatWasLostIsNotRolledBackEither() {
        var plan = Self.plan
        plan.isAllOrNone = true
        var run = RolloutRun(plan, slots: [1, 2])
        run.answer(1, .onTrial)
        run.answer(2, .missing(reason: "away"))
        #expect(run.open == [.activate(slot: 2)])
        run.answer(2, .unknown(reason: "away"))
        #expect(run.state.isFinished)
        #expect(run.phases(1) == [.onTrial])
        #expect(run.state.lostPartner(of: 1) == 2)
    }
}
