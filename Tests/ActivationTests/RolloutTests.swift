import Activation
import CardProtocol
import Reports
import Rollout
import Runtime
import Testing

@Suite struct RolloutTests {
    private static let good = CardScript()

    private static func script(_ change: (inout CardScript) -> Void) -> CardScript {
        var script = CardScript()
        change(&script)
        return script
    }

    @Test(arguments: 1..<20 as Range<UInt64>) func allCardsRunTheImageCommitted(seed: UInt64) throws {
        var bench = ActivationBench(Array(repeating: Self.good, count: 5))
        bench.seed = seed
        let ending = try bench.run()
        #expect(ending.states == Array(repeating: .committed, count: 5))
        #expect(ending.result.cards.allSatisfy { $0.hasReachedGoal && $0.reason == nil })
        #expect(ending.accepted == Array(repeating: [.activate, .commit], count: 5))
        #expect(ending.card(1).identity?.runningVersion == "2.0.0")
        #expect(ending.card(1).identity?.softwareVersion == "2.0.0")
        #expect(ending.card(1).identity?.epoch == 7)
        #expect(ending.result.elapsed < .seconds(10))
        #expect(ending.trialSeconds == Array(repeating: 0, count: 5))
    }

    @Test func theSameSeedGivesTheSameRollout() throws {
        let bench = ActivationBench(Array(repeating: Self.good, count: 4))
        let (first, again) = (try bench.run(), try bench.run())
        #expect(first.trace == again.trace)
        #expect(first.events == again.events)
    }

    @Test func aPlanThatActivatesLeavesTheCardsOnTrial() throws {
        let ending = try ActivationBench([Self.good, Self.good], RolloutPlan(goal: .activate)).run()
        #expect(ending.states == [.activated, .activated])
        #expect(ending.accepted == [[.activate], [.activate]])
        #expect(ending.identities.allSatisfy { $0.trial != nil })
    }

    // MARK: Lost replies

    static let lossy: [(CardFrame, Int)] = [(.activate, 1), (.commit, 1), (.commit, 2)]

    @Test(arguments: lossy) func aLostReplyIsFoundOutAndNothingIsDoneTwice(frame: CardFrame, times: Int) throws {
        let ending = try ActivationBench([Self.script { $0.lostReplies = [frame: times] }, Self.good]).run()
        #expect(ending.states == [.committed, .committed])
        #expect(ending.accepted[0] == [.activate, .commit])
    }

    @Test(arguments: [CardFrame.activate, .commit, .hello], [1, 2]) func aLostRequestIsSentAgain(
        frame: CardFrame, times: Int
    ) throws {
        let ending = try ActivationBench([Self.script { $0.lostRequests = [frame: times] }]).run()
        #expect(ending.states == [.committed])
        #expect(ending.accepted[0] == [.activate, .commit])
    }

    @Test func aRequestThatIsAlwaysLostEndsWithAReason() throws {
        let ending = try ActivationBench([Self.script { $0.lostRequests = [.activate: 99] }]).run()
        #expect(ending.states == [.failed])
        #expect(ending.card(1).reason == "the card did not accept it, asked 3 times")
        #expect(ending.accepted[0] == [])
    }

    @Test func aLostReplyToARollBackIsFoundOut() throws {
        let plan = RolloutPlan(goal: .commit, isAllOrNone: true)
        let ending = try ActivationBench(
            [Self.script { $0.lostReplies = [.rollBack: 1] }, Self.script { $0.boot = .returns("no boot") }], plan
        ).run()
        #expect(ending.states == [.rolledBack, .rolledBack])
        #expect(ending.accepted[0] == [.activate, .rollBack])
    }

    // MARK: Bad boots

    @Test(
        arguments: [
            (.returns("the image did not boot"), .rolledBack, "the image did not boot"),
            (.silentlyOld, .failed, "the card still runs 1.0.0, and does not say why"),
            (.oldSoftware, .failed, "version 2.0.0 should run, and 1.0.0 answers, as before"),
            (.never, .unknown, "cannot connect to 127.0.0.1"),
            (.replaced, .failed, "another card is in the slot: serial number ANOTHER where FAKE-2 was"),
        ] as [(CardScript.Boot, CardState, String)]) func aBadBootHasItsReasonAndTheOthersAreCommitted(
            boot: CardScript.Boot, state: CardState, reason: String
        ) throws
    {
        let ending = try ActivationBench([Self.good, Self.script { $0.boot = boot }, Self.good]).run()
        #expect(ending.states == [.committed, state, .committed])
        #expect(ending.card(2).reason?.contains(reason) == true, "\(ending.card(2).reason ?? "")")
        #expect(!ending.card(2).hasReachedGoal)
        #expect(ending.count(.commit, slot: 2) == 0)
    }

    @Test func aSlowBootIsWaitedForAsLongAsTheCardSaid() throws {
        let slow = Self.script { $0.bootTime = .seconds(100) }
        let ending = try ActivationBench([slow]).run()
        #expect(ending.states == [.committed])
        #expect(!ending.events.contains { if case .cardChanged(1, .missing) = $0 { true } else { false } })
    }

    @Test func aCardThatIsLateIsMissingAndThenCommitted() throws {
        let late = Self.script {
            $0.bootTime = .seconds(100)
            $0.saidBootTime = .seconds(1)
        }
        let ending = try ActivationBench([late, Self.good]).run()
        #expect(ending.states == [.committed, .committed])
        #expect(ending.events.contains { if case .cardChanged(1, .missing) = $0 { true } else { false } })
    }

    @Test func aCardThatCrashesWhileItSoaksIsNotCommitted() throws {
        let plan = RolloutPlan(goal: .commit, soak: .seconds(60))
        let ending = try ActivationBench([Self.script { $0.crashesAfter = .seconds(30) }, Self.good], plan).run()
        #expect(ending.states == [.rolledBack, .committed])
        #expect(ending.card(1).reason == "the program crashed")
        #expect(ending.trialSeconds == [120, 120])
    }

    @Test func whatSomebodyElseChangedIsLeftAlone() throws {
        let ending = try ActivationBench([Self.script { $0.isMeddledWith = true }]).run()
        #expect(ending.states == [.failed])
        #expect(ending.card(1).reason == "the card is in epoch 7 where 6 was due: somebody else has changed it")
    }

    // MARK: Refusals

    @Test(arguments: [CardFrame.activate, .commit]) func aRefusalIsThatCardsEnd(frame: CardFrame) throws {
        let ending = try ActivationBench([Self.script { $0.refusals = [frame: .flashFailed] }, Self.good]).run()
        #expect(ending.states == [.failed, .committed])
        #expect(ending.card(1).reason?.contains("the card refuses, FLASH_FAILED: scripted") == true)
    }

    @Test func aCardWithoutTheImageIsNotActivated() throws {
        let ending = try ActivationBench([Self.script { $0.isStaged = false }]).run()
        #expect(ending.states == [.failed])
        #expect(ending.card(1).reason == "no instance holds version 2.0.0; download it first")
        #expect(ending.accepted[0] == [])
    }

    // MARK: The group

    @Test func aFailedCanaryStopsBeforeTheOthers() throws {
        let plan = RolloutPlan(goal: .commit, canary: .slots([2]))
        let ending = try ActivationBench([Self.good, Self.script { $0.boot = .returns("no") }, Self.good], plan).run()
        #expect(ending.states == [.staged, .rolledBack, .staged])
        #expect(ending.card(1).reason == "not activated: a canary failed: slot 2: no")
        #expect(ending.result.stopReason == "a canary failed: slot 2: no")
        #expect(ending.accepted[0] == [])
    }

    @Test func underAllOrNoneOneBadCardRollsAllBack() throws {
        let plan = RolloutPlan(goal: .commit, isAllOrNone: true, wave: .count(2))
        let cards = [Self.good, Self.good, Self.script { $0.boot = .never }, Self.good]
        let ending = try ActivationBench(cards, plan).run()
        #expect(ending.states == [.rolledBack, .rolledBack, .unknown, .rolledBack])
        for slot in [1, 2, 4] {
            #expect(ending.accepted[slot - 1] == [.activate, .rollBack])
            #expect(ending.identities[slot - 1].instances[0].isActive)
        }
    }

    @Test func underAllOrNoneACardThatIsNotStagedKeepsAllFromTheirImage() throws {
        var bench = ActivationBench([Self.good, Self.good, Self.good], RolloutPlan(goal: .commit, isAllOrNone: true))
        bench.unstaged = [3]
        let ending = try bench.run()
        #expect(ending.states == [.staged, .staged])
        #expect(ending.accepted == [[], [], []])
    }

    /// The bench checks that no pair is down at the same time.
    @Test(arguments: 1..<20 as Range<UInt64>) func protectingCardsAreNeverBothDown(seed: UInt64) throws {
        let pairs = [ProtectionPair(1, 2), ProtectionPair(3, 4)]
        var bench = ActivationBench(
            Array(repeating: Self.good, count: 4) + [Self.script { $0.boot = .returns("no") }],
            RolloutPlan(goal: .commit, isAllOrNone: seed % 2 == 0, protection: pairs))
        bench.seed = seed
        let ending = try bench.run()
        #expect(ending.states[4] == .rolledBack)
        if bench.plan.isAllOrNone {
            // A card that still waited for its partner was not activated at all.
            #expect(ending.states[..<4].allSatisfy { $0 == .rolledBack || $0 == .staged })
            #expect(ending.identities.allSatisfy { $0.instances[0].isActive && $0.trial == nil })
        } else {
            #expect(ending.states[..<4].allSatisfy { $0 == .committed })
        }
        #expect(ending.downSets.contains { $0.count > 1 }, "the pairs wait for one another, the others do not")
    }

    @Test func thePartnerOfALostCardIsLeftAlone() throws {
        let plan = RolloutPlan(goal: .commit, protection: [ProtectionPair(1, 2)])
        let ending = try ActivationBench([Self.script { $0.boot = .never }, Self.good], plan).run()
        #expect(ending.states == [.unknown, .staged])
        #expect(ending.card(2).reason == "not activated: slot 1, which it protects, is down")
    }

    @Test func aBadImageIsNotTriedOnEveryCard() throws {
        let bad = Self.script { $0.boot = .returns("no") }
        let ending = try ActivationBench(
            Array(repeating: bad, count: 8), RolloutPlan(goal: .commit, wave: .count(1))
        ).run()
        #expect(ending.states == Array(repeating: .rolledBack, count: 3) + Array(repeating: .staged, count: 5))
        #expect(ending.result.stopReason?.contains("the image is bad") == true)
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func cancelledAtAnyMomentItEndsAtOnce(seed: UInt64) throws {
        var bench = ActivationBench(
            Array(repeating: Self.good, count: 3), RolloutPlan(goal: .commit, wave: .count(1), soak: .seconds(2)))
        bench.seed = seed
        bench.cancelledAt = .milliseconds(Int64(seed) * 400)
        let ending = try bench.run()
        #expect(ending.result.elapsed <= .milliseconds(Int64(seed) * 400))
        for card in ending.result.cards where !card.hasReachedGoal { #expect(card.reason != nil) }
        #expect(ending.result.isInterrupted == ending.result.cards.contains { !$0.hasReachedGoal })
    }
}
