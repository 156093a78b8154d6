import Faults
import Testing

/// When faults fire.
@Suite struct TriggerTests {
    private static func machine(
        _ cue: FaultTrigger.Cue, nth: Int = 1, probability: Double = 1, limit: Int? = 1, seed: UInt64 = 1
    ) -> FaultTriggerMachine {
        FaultTriggerMachine(FaultTrigger(cue, nth: nth, probability: probability), limit: limit, seed: seed)
    }

    private static func sections(_ count: Int, from first: Int = 0) -> [FaultObservation] {
        (first..<count).map { .bytes(UInt64($0) * 1000..<UInt64($0 + 1) * 1000, of: UInt64(count) * 1000) }
    }

    private static func firings(_ machine: FaultTriggerMachine, _ observations: [FaultObservation]) -> [Int] {
        var machine = machine
        return observations.indices.filter { machine.observe(observations[$0]) }
    }

    @Test(arguments: [(0.0, 0), (0.25, 25), (0.5, 50), (0.99, 99), (1.0, 99)])
    func progressFiresBeforeTheByteThatReachesIt(share: Double, section: Int) {
        #expect(Self.firings(Self.machine(.progress(share)), Self.sections(100)) == [section])
    }

    @Test(arguments: [(0 as UInt64, 0), (999, 0), (1000, 1), (42_500, 42)])
    func anOffsetFiresBeforeItsByte(offset: UInt64, section: Int) {
        #expect(Self.firings(Self.machine(.offset(offset)), Self.sections(100)) == [section])
    }

    @Test func aDownloadThatGoesOnBehindTheOffsetFiresAtOnce() {
        #expect(Self.firings(Self.machine(.offset(5000)), Self.sections(100, from: 40)) == [0])
    }

    @Test func aDownloadThatGoesOnBehindItDoesNotFireAgain() {
        var machine = Self.machine(.offset(50_500), limit: 3)
        let first = Self.sections(100).filter { machine.observe($0) }
        let second = Self.sections(100, from: 51).filter { machine.observe($0) }
        #expect(first.count == 1)
        #expect(second.count == 0)
        // But when the byte comes again, it does.
        #expect(Self.sections(100, from: 50).filter { machine.observe($0) }.count == 1)
    }

    @Test func theNthPhaseFires() {
        let boots: [FaultObservation] = [.phase(.start), .phase(.boot), .phase(.boot), .phase(.verify), .phase(.boot)]
        #expect(Self.firings(Self.machine(.phase(.boot), nth: 2), boots) == [2])
        #expect(Self.firings(Self.machine(.phase(.boot), nth: 2, limit: nil), boots) == [2, 4])
        #expect(Self.firings(Self.machine(.phase(.section), nth: 3), Self.sections(5)) == [2])
    }

    @Test func aFlashOperationFiresBeforeItIsDone() {
        let counts: [FaultObservation] = [.flashOperations(10), .flashOperations(98), .flashOperations(99)]
        #expect(Self.firings(Self.machine(.flashOperation(100)), counts) == [2])
        #expect(Self.firings(Self.machine(.flashOperation(90)), counts) == [1])
    }

    @Test func aProbabilityFiresAsOftenAsItSays() {
        let fired = Self.firings(
            Self.machine(.phase(.section), probability: 0.1, limit: nil, seed: 5), Self.sections(10_000))
        #expect((900...1100).contains(fired.count))
    }

    @Test func theSameSeedFiresAtTheSamePlaces() {
        func fired(_ seed: UInt64) -> [Int] {
            Self.firings(
                Self.machine(.phase(.section), probability: 0.3, limit: nil, seed: seed), Self.sections(200))
        }
        #expect(fired(7) == fired(7))
        #expect(fired(7) != fired(8))
    }

    @Test func itFiresNoMoreOftenThanItMay() {
        #expect(Self.firings(Self.machine(.phase(.section), limit: 3), Self.sections(100)) == [0, 1, 2])
    }

    @Test func randomCardsAreDrawnFromTheSeed() {
        let cards = (1...20 as ClosedRange<UInt16>).map { (slot: $0, group: "adsl") }
        let drawn = FaultTarget.random(5).slots(among: cards, seed: 3)
        #expect(drawn.count == 5 && Set(drawn).count == 5 && drawn == drawn.sorted())
        #expect(FaultTarget.random(5).slots(among: cards, seed: 3) == drawn)
        #expect(FaultTarget.random(5).slots(among: cards, seed: 4) != drawn)
        #expect(FaultTarget.random(50).slots(among: cards, seed: 3).count == 20)
        #expect(FaultTarget.group("vdsl").slots(among: cards, seed: 3) == [])
        #expect(FaultTarget.all.slots(among: cards, seed: 3).count == 20)
    }
}
