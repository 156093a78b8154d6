import Rollout
import Runtime
import Testing

@Suite struct RolloutStateTests {
    @Test func withoutAPlanForMoreNothingIsDone() {
        let run = RolloutRun(RolloutPlan(goal: .stage), slots: [1, 2])
        #expect(run.state.isFinished)
        #expect(run.steps.isEmpty)
        #expect(run.phases(1, 2) == [.staged, .staged])
    }

    @Test func allCardsAreActivatedAtOnceAndCommittedWhenAllAreUp() {
        var run = RolloutRun(RolloutPlan(goal: .commit), slots: [1, 2, 3])
        #expect(run.open == [.activate(slot: 1), .activate(slot: 2), .activate(slot: 3)])
        run.answer(2, .onTrial)
        run.answer(1, .onTrial)
        #expect(run.open == [.activate(slot: 3)])
        run.answer(3, .onTrial)
        #expect(run.open == [.commit(slot: 1), .commit(slot: 2), .commit(slot: 3)])
        run.succeed()
        #expect(run.state.isFinished)
        #expect(run.phases(1, 2, 3) == [.committed, .committed, .committed])
        #expect(run.steps.count == 6)
    }

    @Test func oneBadCardDoesNotKeepTheOthersFromTheirImage() {
        var run = RolloutRun(RolloutPlan(goal: .commit), slots: [1, 2], unstaged: [3])
        run.answer(1, bootFailure)
        run.answer(2, .onTrial)
        run.succeed()
        #expect(run.state.isFinished)
        #expect(run.state.stopReason == nil)
        #expect(run.phases(1, 2, 3) == [.rolledBack(reason: "it did not boot"), .committed, .unstaged])
    }

    @Test func aPlanThatOnlyActivatesLeavesCardsOnTrialAndLooksAtThemOnceMore() {
        var run = RolloutRun(RolloutPlan(goal: .activate, wave: .count(1)), slots: [1, 2])
        run.succeed()
        #expect(run.phases(1, 2) == [.onTrial, .onTrial])
        #expect(
            run.steps == [.activate(slot: 1), .activate(slot: 2), .check(slot: 1), .check(slot: 2)])
    }

    @Test func aCardThatRunsTheImageCommittedIsDone() {
        var run = RolloutRun(RolloutPlan(goal: .commit), slots: [1])
        run.answer(1, .committed)
        #expect(run.state.isFinished)
        #expect(run.steps == [.activate(slot: 1)])
    }

    // MARK: Waves and soak

    @Test func theNextWaveBeginsWhenTheOneBeforeHasSoakedAndIsCommitted() {
        var run = RolloutRun(
            RolloutPlan(goal: .commit, wave: .count(2), soak: .seconds(60)), slots: [1, 2, 3])
        run.answer(1, .onTrial)
        run.answer(2, .onTrial)
        #expect(run.open.isEmpty)
        #expect(run.state.wakeAt == Instant(sinceStart: .seconds(60)))
        run.wait(.seconds(59))
        #expect(run.open.isEmpty)
        run.wait(.seconds(1))
        #expect(run.open == [.check(slot: 1), .check(slot: 2)])
        run.answer(1, .onTrial)
        run.answer(2, .onTrial)
        #expect(run.open == [.commit(slot: 1), .commit(slot: 2)])
        run.answer(1, .committed)
        run.answer(2, .committed)
        #expect(run.open == [.activate(slot: 3)])
        run.answer(3, .onTrial)
        run.wait(.seconds(60))
        run.succeed()
        #expect(run.state.isFinished)
    }

    @Test func aCardThatFailsWhileItSoaksIsNotCommitted() {
        var run = RolloutRun(RolloutPlan(goal: .commit, soak: .seconds(60)), slots: [1, 2])
        run.answer(1, .onTrial)
        run.answer(2, .onTrial)
        run.wait(.seconds(60))
        run.answer(1, .rolledBack(reason: "it crashed"))
        run.answer(2, .onTrial)
        #expect(run.open == [.commit(slot: 2)])
        run.succeed()
        #expect(run.phases(1, 2) == [.rolledBack(reason: "it crashed"), .committed])
    }

    @Test func aWaveWithoutACardOnTrialDoesNotSoak() {
        var run = RolloutRun(RolloutPlan(goal: .commit, wave: .count(1), soak: .seconds(60)), slots: [1, 2])
        run.answer(1, bootFailure)
        #expect(run.open == [.activate(slot: 2)])
    }

    // MARK: Stopping

    @Test func aFailedCanaryStopsEverything() {
        var run = RolloutRun(RolloutPlan(goal: .commit, canary: .count(2)), slots: [1, 2, 3, 4])
        #expect(run.open == [.activate(slot: 1), .activate(slot: 2)])
        run.answer(1, .onTrial)
        run.answer(2, bootFailure)
        #expect(run.state.stopReason == "a canary failed: slot 2: it did not boot")
        #expect(run.open == [.rollBack(slot: 1)])
        run.succeed()
        #expect(run.state.isFinished)
        #expect(run.phases(3, 4) == [.staged, .staged])
        #expect(run.phases(1) == [.rolledBack(reason: "a canary failed: slot 2: it did not boot")])
    }

    @Test func aWaveBelowItsSuccessThresholdStopsAndIsRolledBack() {
        var run = RolloutRun(
            RolloutPlan(goal: .commit, wave: .count(4), successPercent: 75), slots: Array(1...12))
        run.answer(1, bootFailure)
        for slot in 2...4 { run.answer(slot, .onTrial) }
        #expect(run.state.stopReason == nil)
        for slot in 1...4 where slot > 1 { run.answer(slot, .committed) }
        #expect(run.open == (5...8).map { .activate(slot: $0) })
        run.answer(5, .onTrial)
        run.answer(6, bootFailure)
        #expect(run.state.stopReason == nil)
        run.answer(7, bootFailure)
        #expect(run.state.stopReason == "2 of wave 2's 4 cards failed; the plan wants 75 % good")
        run.answer(8, .onTrial)
        #expect(run.open == [.rollBack(slot: 5), .rollBack(slot: 8)])
        run.succeed()
        #expect(run.state.isFinished)
        #expect(run.phases(2, 3, 4) == [.committed, .committed, .committed])
        #expect(!run.steps.contains(.activate(slot: 9)))
    }

    @Test(arguments: [0, 1, 2]) func oneFailureMoreThanThePlanAllowsStops(most: Int) {
        var run = RolloutRun(
            RolloutPlan(goal: .commit, wave: .count(1), maximumFailures: most), slots: Array(1...6), unstaged: [])
        // A good one first, so that it is the count that stops and not the same check.
        run.answer(1, .onTrial)
        run.answer(1, .committed)
        for slot in 2..<2 + most {
            run.answer(slot, bootFailure)
            #expect(run.state.stopReason == nil)
        }
        run.answer(2 + most, bootFailure)
        #expect(run.state.stopReason == "\(most + 1) cards failed; the plan allows \(most)")
        #expect(run.state.isFinished)
    }

    @Test func cardsThatAreNotStagedCountAsFailures() {
        let run = RolloutRun(RolloutPlan(goal: .commit, maximumFailures: 1), slots: [1], unstaged: [2, 3])
        #expect(run.steps.isEmpty)
        #expect(run.state.isFinished)
        #expect(run.state.stopReason == "2 cards failed; the plan allows 1")
    }

    @Test func whenEveryCardFailsTheSameCheckTheImageIsBad() {
        var run = RolloutRun(RolloutPlan(goal: .commit, wave: .count(1)), slots: Array(1...9))
        for slot in 1...3 { run.answer(slot, bootFailure) }
        #expect(run.state.isFinished)
        #expect(run.state.stopReason?.contains("the image is bad, not the cards") == true)
        #expect(run.steps.count == 3)
    }

    @Test(
        arguments: [
            [
                .failed(.conversation, reason: "x"), .failed(.conversation, reason: "x"),
                .failed(.conversation, reason: "x"),
            ],
            [
                .failed(.refused("A"), reason: "x"), .failed(.refused("B"), reason: "x"),
                .failed(.refused("A"), reason: "x"),
            ],
            [.onTrial, bootFailure, bootFailure, bootFailure],
        ] as [[RolloutEvent]]) func otherFailuresDoNotCondemnTheImage(events: [RolloutEvent])
    {
        var run = RolloutRun(RolloutPlan(goal: .activate, wave: .count(1)), slots: Array(1...9))
        for (index, event) in events.enumerated() { run.answer(index + 1, event) }
        #expect(run.state.stopReason == nil)
        #expect(run.open == [.activate(slot: events.count + 1)])
    }

    // MARK: Missing cards

    @Test func aMissingCardThatComesBackLateIsCommittedAtTheEnd() {
        var run = RolloutRun(RolloutPlan(goal: .commit, wave: .count(1)), slots: [1, 2])
        run.answer(1, .missing(reason: "away"))
        #expect(run.open == [.activate(slot: 1), .activate(slot: 2)])
        run.answer(2, .onTrial)
        run.answer(2, .committed)
        #expect(!run.state.isFinished)
        run.answer(1, .onTrial)
        #expect(run.open == [.check(slot: 1)])
        run.succeed()
        #expect(run.phases(1, 2) == [.committed, .committed])
    }

    @Test func aCardThatNeverComesBackIsUnknown() {
        var run = RolloutRun(RolloutPlan(goal: .commit), slots: [1, 2])
        run.answer(1, .missing(reason: "away"))
        run.answer(2, .onTrial)
        run.answer(2, .committed)
        run.answer(1, .unknown(reason: "away"))
        #expect(run.state.isFinished)
        #expect(run.phases(1, 2) == [.unknown(reason: "away"), .committed])
    }
}
