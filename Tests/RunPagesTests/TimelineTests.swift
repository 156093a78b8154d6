import Events
import Reports
import RunPages
import Testing

@Suite struct TimelineTests {
    private func timeline(_ events: [(Double, EventKind)]) -> RunTimeline {
        let opening = GroupOpening(
            name: "g", version: "1", imageBytes: 100, slots: [1, 2], blockBytes: 10, budgetBytes: 40)
        return TimelineBuilder.timeline(
            of: [RunEvent(seconds: 0, .groupStarted(opening))] + events.map { RunEvent(seconds: $0.0, $0.1) })
    }

    private func sample(server: Double = 0, pool: Double = 0, card: Double = 0, bytes: UInt64 = 0) -> EventKind {
        .sample(
            GroupSample(
                group: "g", serverBytes: bytes, poolBytes: 20, budgetBytes: 40, depth: 2, fullSeconds: 0, holders: [],
                cards: [
                    CardSample(
                        slot: 1, flashBytes: bytes, serverWaitSeconds: server, poolWaitSeconds: pool,
                        cardWaitSeconds: card)
                ]))
    }

    private func spans(_ timeline: RunTimeline, _ card: Int = 0) -> [String] {
        timeline.cards[card].spans.map { "\($0.activity.rawValue) \($0.start)-\($0.end)" }
    }

    @Test func aCardsTimeHasNoGapsFromItsFirstEventToItsLast() {
        let timeline = timeline([
            (0, .cardPhase(slot: 1, phase: "connecting")), (1, .cardPhase(slot: 1, phase: "preparing")),
            (2, .cardPhase(slot: 1, phase: "receiving")), (8, .cardPhase(slot: 1, phase: "verifying")),
            (9, .cardEnded(slot: 1, outcome: .success, reason: nil)),
        ])
        #expect(
            spans(timeline) == ["connecting 0.0-1.0", "preparing 1.0-2.0", "sending 2.0-8.0", "verifying 8.0-9.0"])
        #expect(timeline.cards[0].outcome == .success)
        #expect(timeline.cards[0].endSeconds == 9)
        #expect(timeline.cards[1].spans == [])
    }

    /// Each period goes to what most of it was spent on.
    @Test func whatACardWaitedForComesFromTheSamples() {
        let timeline = timeline([
            (0, .cardPhase(slot: 1, phase: "receiving")), (1, sample(server: 0.9)), (2, sample(server: 1.0, card: 0.8)),
            (3, sample(server: 1.0, card: 1.7)), (4, sample(server: 1.0, pool: 0.8, card: 1.8)),
            (5, sample(server: 1.1, pool: 0.9, card: 2.0)), (6, .cardEnded(slot: 1, outcome: .success, reason: nil)),
        ])
        #expect(spans(timeline) == ["server 0.0-1.0", "card 1.0-3.0", "pool 3.0-4.0", "sending 4.0-6.0"])
        #expect(timeline.cards[0].cardWaitSeconds == 2.0)
    }

    @Test func aDetachedCardIsMarkedWithWhatItCost() {
        let timeline = timeline([
            (0, .cardPhase(slot: 1, phase: "receiving")),
            (1, .cardDetached(slot: 1, costSeconds: 0.25, allowedSeconds: 0.02)),
            (1, .cardPhase(slot: 1, phase: "catching-up")), (2, .cardDonor(slot: 1, donor: 2)),
            (3, .cardDonor(slot: 1, donor: nil)), (4, .cardPhase(slot: 1, phase: "receiving")),
            (5, .cardPhase(slot: 1, phase: "lost")), (6, .cardEnded(slot: 1, outcome: .failed, reason: "gone")),
        ])
        let card = timeline.cards[0]
        #expect(card.costSeconds == 0.25)
        #expect(card.firstDetachedSeconds == 1)
        #expect(card.donors == [2])
        #expect(card.marks.map(\.kind) == [.detached, .back, .lost, .failed])
        #expect(card.seconds(of: .catchingUp) == 3)
    }

    @Test func whatIsOpenEndsWithTheRun() {
        let timeline = timeline([(1, .cardPhase(slot: 2, phase: "receiving")), (7, .groupEnded(group: "g"))])
        #expect(timeline.seconds == 7)
        #expect(spans(timeline, 1) == ["sending 1.0-7.0"])
    }

    @Test func theServersTransfersAndThePoolAreTold() {
        let timeline = timeline([
            (1, .sourceOpened(group: "g")), (2, sample(bytes: 50)), (3, .sourceInterrupted(group: "g", reason: "426")),
            (5, .sourceVerified(group: "g")), (5, .fault(FaultMark(what: "close", target: "server"))),
        ])
        #expect(timeline.groups[0].transfers == [1...3, 3...5])
        let pool = timeline.groups[0].pool
        #expect(pool.map(\.seconds) == [2] && pool.map(\.usedBytes) == [20] && pool.map(\.budgetBytes) == [40])
        #expect(timeline.groups[0].marks.map(\.text) == ["426"])
        #expect(timeline.faults.map(\.text) == ["server close"])
    }
}
