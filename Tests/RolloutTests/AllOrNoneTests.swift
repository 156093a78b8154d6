import Rollout
import Runtime
import Testing

@Suite struct AllOrNoneTests {
    private static let plan = RolloutPlan(goal: .commit, isAllOrNone: true, wave: .count(2))

    @Test func nothingIsActivatedWhenACardWasNotStaged() {
        let run = RolloutRun(Self.plan, slots: [1, 2], unstaged: [3])
        #expect(run.state.isFinished)
        #expect(run.steps.isEmpty)
        #expect(run.state.stopReason == "all or none: slot 3 has not got the image")
    }

    @Test func nothingIsCommittedBeforeAllRunAndWereLookedAt() {
        var run = RolloutRun(Self.plan, slots: [1, 2, 3])
        for slot in 1...3 { run.answer(slot, .onTrial) }
        #expect(run.open == [.check(slot: 1), .check(slot: 2), .check(slot: 3)])
        run.succeed()
        #expect(run.steps.suffix(3) == [.commit(slot: 1), .commit(slot: 2), .commit(slot: 3)])
        #expect(run.state.isFinished)
    }

    @Test func aCardThatFailsOnTrialRollsAllBack() {
        var run = RolloutRun(Self.plan, slots: [1, 2, 3, 4])
        run.answer(1, .onTrial)
        run.answer(2, .onTrial)
        run.answer(3, bootFailure)
        #expect(run.open == [.activate(slot: 4), .rollBack(slot: 1), .rollBack(slot: 2)])
        run.answer(4, .onTrial)
        #expect(run.open.contains(.rollBack(slot: 4)))
        run.succeed()
        #expect(run.state.isFinished)
        let reason = "all or none: slot 3: it did not boot"
        for slot in [1, 2, 4] { #expect(run.state.phase(of: slot) == .rolledBack(reason: reason)) }
        #expect(!run.steps.contains { if case .commit = $0 { true } else { false } })
    }

    @Test func aCardThatFailsTheLastLookRollsAllBack() {
        var run = RolloutRun(Self.plan, slots: [1, 2])
        run.answer(1, .onTrial)
        run.answer(2, .onTrial)
        run.answer(1, .onTrial)
        run.answer(2, .rolledBack(reason: "it crashed"))
        #expect(run.open == [.rollBack(slot: 1)])
    }

    @Test func aMissingCardIsAFailureAndIsRolledBackToo() {
        var run = RolloutRun(Self.plan, slots: [1, 2])
        run.answer(1, .onTrial)
        run.answer(2, .missing(reason: "away"))
        #expect(run.open == [.activate(slot: 2), .rollBack(slot: 1)])
        run.answer(1, .rolledBack(reason: ""))
        #expect(!run.state.isFinished)
        run.answer(2, .onTrial)
        #expect(run.open == [.rollBack(slot: 2)])
        run.succeed()
        #expect(run.state.isFinished)
    }

    /// What is committed cannot be taken back: the others go on.
    @Test func aRefusedCommitDoesNotStopTheOthers() {
        var run = RolloutRun(Self.plan, slots: [1, 2, 3])
        for slot in 1...3 { run.answer(slot, .onTrial) }
        for slot in 1...3 { run.answer(slot, .onTrial) }
        run.answer(1, .failed(.refused("FLASH_FAILED"), reason: "no"))
        run.answer(2, .committed)
        run.answer(3, .committed)
        #expect(run.state.isFinished)
        #expect(run.state.stopReason == nil)
        #expect(run.phases(1, 2, 3) == [.failed(reason: "no"), .committed, .committed])
    }
}
