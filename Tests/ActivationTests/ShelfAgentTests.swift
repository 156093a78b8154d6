import Activation
import CardDialogue
import CardProtocol
import Reports
import Rollout
import Runtime
import SoftwareImage
import Testing

/// What `ce status`, `commit`, `rollback` and `abort` do, and what they say of it.
@Suite struct ShelfAgentTests {
    private static func script(_ change: (inout CardScript) -> Void) -> CardScript {
        var script = CardScript()
        change(&script)
        return script
    }

    struct Ending: Sendable {
        var statuses: [[CardStatus]]
        var accepted: [[CardFrame]]
        var downSets: [Set<Int>]
    }

    /// Carries commands out one after the other, having activated the cards first where that is asked for.
    private func run(
        _ scripts: [CardScript], activated: Bool = true, absent: Set<Int> = [], seed: UInt64 = 1,
        _ commands: ShelfAgent.Command...
    ) throws -> Ending {
        let loop = VirtualTimeLoop(seed: seed)
        return try loop.runTest { loop in
            let network = VirtualNetwork(loop: loop)
            let down = LoopBound<Set<Int>>([], on: loop)
            let downSets = LoopBound<[Set<Int>]>([], on: loop)
            return try await withThrowingTaskGroup(of: Void.self) { tasks in
                var fakes: [FakeCard] = []
                var targets: [CardTarget] = []
                for (index, script) in scripts.enumerated() {
                    let slot = index + 1
                    let listener = try network.listen(on: .loopback(), options: SocketOptions())
                    targets.append(CardTarget(slot: slot, endpoint: listener.endpoint))
                    let fake = FakeCard(slot: slot, script: script, image: ActivationBench.image, loop: loop) {
                        if $0 { down.value.insert(slot) } else { down.value.remove(slot) }
                        downSets.value.append(down.value)
                    }
                    fakes.append(fake)
                    if absent.contains(slot) {
                        listener.close()
                    } else {
                        tasks.addTask { await fake.live(on: network, listener) }
                    }
                }
                if activated {
                    let job = RolloutJob(
                        group: "g", manifest: ActivationBench.image, plan: RolloutPlan(goal: .activate),
                        staged: targets, unstaged: [], engine: "test")
                    _ = await RolloutAgent(job: job, network: network, loop: loop).run()
                    downSets.value = []
                }
                var statuses: [[CardStatus]] = []
                for command in commands {
                    let agent = ShelfAgent(cards: targets, engine: "test", network: network, loop: loop)
                    statuses.append(await agent.run(command))
                }
                tasks.cancelAll()
                return Ending(statuses: statuses, accepted: fakes.map(\.accepted), downSets: downSets.value)
            }
        }
    }

    @Test func aLookChangesNothingAndSaysWhichCardIsNotThere() throws {
        let ending = try run([CardScript(), CardScript()], activated: false, absent: [2], .look)
        #expect(ending.statuses[0].map(\.isDone) == [true, false])
        #expect(ending.statuses[0][0].identity?.instances.map(\.isActive) == [true, false])
        #expect(ending.statuses[0][1].identity == nil)
        #expect(ending.statuses[0][1].reason?.contains("is the card up?") == true)
        #expect(ending.accepted == [[], []])
        let report = ShelfReport(cards: ending.statuses[0])
        #expect(!report.passed)
        #expect(report.lines[1].contains("1.0.0 active committed"))
        #expect(report.lines.last == "1 of 2 cards done")
    }

    @Test func aCommitKeepsWhatIsOnTrialAndIsDoneOnce() throws {
        let image = ActivationBench.image
        let ending = try run([CardScript(), CardScript()], .commit(image), .commit(image), .look)
        #expect(ending.statuses.map { $0.map(\.isDone) } == [[true, true], [true, true], [true, true]])
        #expect(ending.accepted == [[.activate, .commit], [.activate, .commit]])
        #expect(ending.statuses[2][0].identity?.instances[1].isCommitted == true)
    }

    @Test func onlyThePlansImageIsCommitted() throws {
        var other = ActivationBench.image
        other.statement.imageBytes += 1
        let ending = try run([CardScript()], .commit(other))
        #expect(ending.statuses[0].map(\.isDone) == [false])
        #expect(ending.accepted == [[.activate]])
    }

    @Test func aRefusedCommitSaysWhy() throws {
        let ending = try run([Self.script { $0.refusals = [.commit: .flashFailed] }], .commit(ActivationBench.image))
        #expect(ending.statuses[0][0].reason == "commit: the card refuses, FLASH_FAILED: scripted")
    }

    @Test(arguments: [[:], [.rollBack: 1], [.rollBack: 2]] as [[CardFrame: Int]]) func aRollBackEndsTheTrial(
        lost: [CardFrame: Int]
    ) throws {
        let scripts = [Self.script { $0.lostRequests = lost }, Self.script { $0.lostReplies = lost }]
        let ending = try run(scripts, .rollBack([]), .rollBack([]))
        #expect(ending.statuses[0].map(\.isDone) == [true, true])
        #expect(ending.statuses[1].map(\.reason) == ["nothing was on trial", "nothing was on trial"])
        #expect(ending.accepted == [[.activate, .rollBack], [.activate, .rollBack]])
    }

    @Test(arguments: 1..<10 as Range<UInt64>) func ofAPairOneCardIsRolledBackAfterTheOther(seed: UInt64) throws {
        let pairs = [ProtectionPair(2, 1), ProtectionPair(3, 4)]
        let ending = try run(Array(repeating: CardScript(), count: 4), seed: seed, .rollBack(pairs))
        #expect(ending.statuses[0].map(\.isDone) == [true, true, true, true])
        for pair in pairs {
            #expect(!ending.downSets.contains { $0.contains(pair.first) && $0.contains(pair.second) })
        }
        #expect(ending.downSets.contains { $0.count == 2 })
    }

    @Test func thePartnerOfACardThatIsNotBackIsLeftOnTrial() throws {
        let refusing = Self.script { $0.refusals = [.rollBack: .flashFailed] }
        let ending = try run([refusing, CardScript()], .rollBack([ProtectionPair(1, 2)]))
        #expect(ending.statuses[0].map(\.isDone) == [false, false])
        #expect(ending.statuses[0][1].reason == "not rolled back: the card that protects it is not back")
        #expect(ending.accepted[1] == [.activate])
    }

    @Test(arguments: [[:], [.abort: 1]] as [[CardFrame: Int]]) func anAbortGivesUpWhatWasBegun(
        lost: [CardFrame: Int]
    ) throws {
        let scripts = [
            Self.script {
                $0.isInterrupted = true
                $0.lostReplies = lost
            },
            CardScript(),
        ]
        let ending = try run(scripts, activated: false, .abort(reason: "test"))
        #expect(ending.statuses[0].map(\.isDone) == [true, true])
        #expect(ending.statuses[0].map(\.reason) == ["the download is given up", "no download was begun"])
        #expect(ending.accepted == [[.abort], []])
        #expect(ending.statuses[0][0].identity?.interruptedBytes == nil)
    }

    // MARK: Wear

    @Test(
        arguments: [
            (79_999, 100_000, 0, 0, []), (80_000, 100_000, 0, 0, ["flash worn to 80 % (80000 of 100000 erases)"]),
            (4_000_000_000, 0, 0, 0, []), (1, 10, 3, 5, []), (1, 10, 3, 4, ["4 spare blocks left, 3 bad"]),
            (9, 10, 1, 1, ["flash worn to 90 % (9 of 10 erases)", "1 spare block left, 1 bad"]),
        ] as [(UInt32, UInt32, UInt16, UInt16, [String])]) func wornFlashIsRemarked(
            erases: UInt32, endurance: UInt32, bad: UInt16, spare: UInt16, warnings: [String]
        )
    {
        let wear = CardStatus.Wear(
            maximumEraseCount: erases, enduranceCycles: endurance, badBlocks: bad, spareBlocksLeft: spare)
        #expect(wear.warnings == warnings)
    }

    @Test func aCardCannotForgeALineOfTheTable() {
        let status = CardStatus(slot: 1, isDone: true, reason: "a\u{1B}[2J\nb", card: nil)
        #expect(status.reason == "a\u{FFFD}[2J\u{FFFD}b")
    }
}
