import Download
import FlashModel
import Reports
import Runtime
import Testing

/// Where the time went: what is said of a run whose bottleneck is known.
@Suite struct TimeAccountTests {
    private static func bench(_ occupants: [Occupant]) -> DownloadBench {
        var bench = DownloadBench(occupants)
        bench.image = TestImage(byteCount: 2 << 20)
        bench.blockCount = 8
        return bench
    }

    private static func report(_ ending: DownloadBench.Ending) -> TimeReport {
        let time = TimeReport(ending.result)
        #expect(abs(time.serverBound + time.poolBound + time.cardBound - 1) < 1e-9)
        return time
    }

    @Test func aSlowServerIsToBlame() throws {
        var bench = Self.bench([.card, .card, .card])
        bench.script = MemorySource.Script(bench.image)
        bench.script?.pieceTime = .milliseconds(400)
        let ending = try bench.run()
        let time = Self.report(ending)
        #expect(time.serverBound > 0.7 && time.poolBound == 0, "\(time)")
        // Its last section is the card's own time.
        #expect(ending.result.cards.allSatisfy { $0.account.serverWait.seconds > 0.7 * $0.elapsed.seconds })
        #expect(ending.result.cards.allSatisfy { $0.account.heldOldest == .zero })
    }

    @Test func cardsAreToBlameAlikeWhereFlashIsSlow() throws {
        let bench = Self.bench(Array(repeating: .card, count: 4))
        let ending = try bench.run()
        let time = Self.report(ending)
        #expect(time.cardBound > 0.97, "\(time)")
        // Two blocks are enough here, and a block lies in the pool for as long as a card programs one.
        let held = ending.result.cards.map(\.account.heldOldest.seconds)
        #expect(held.max()! < 1.2 * held.min()!, "\(held)")
        #expect(held.reduce(0, +) > 0.6 * ending.result.elapsed.seconds, "\(held)")
        #expect(time.blockDwellSeconds > 0.2 && time.blockDwellSeconds < 3, "\(time)")
    }

    @Test func oneSlowCardIsNamedWhereAllWaitForIt() throws {
        let slow = Occupant.card(CardOptions(part: try FlashProfile.spiNOR.scaled(by: 5)))
        var bench = Self.bench([.card, slow, .card, .card])
        bench.stalls = .wait
        let ending = try bench.run()
        let time = Self.report(ending)
        // More memory would not have helped, and more bytes from the server neither.
        #expect(time.cardBound > 0.95, "\(time)")
        let elapsed = ending.result.elapsed.seconds
        #expect(ending.card(2).account.heldOldest.seconds > 0.6 * elapsed)
        #expect(ending.card(1).account.heldOldest.seconds < 0.05 * elapsed)
        let cards = ending.result.cards.map { card in
            var report = CardReport(
                slot: card.slot, group: "", outcome: card.outcome, reason: nil, bytes: 0, elapsedSeconds: 0,
                digestIsOK: true, source: nil)
            report.heldOldestSeconds = card.account.heldOldest.seconds
            return report
        }
        #expect(time.line(cards: cards, elapsedSeconds: elapsed).contains("slot 2 held the oldest block"))
    }

    /// Nothing overlaps there: what the server took and what the card took are the whole.
    @Test func theSerialBaselineSaysItToo() throws {
        var bench = Self.bench([.card, .card])
        bench.mode = .serial
        bench.script = MemorySource.Script(bench.image)
        // 128 pieces of 16 KiB, for each card.
        bench.script?.pieceTime = .milliseconds(10)
        let ending = try bench.run()
        #expect(abs(ending.result.time.server.seconds - 2 * 1.28) < 0.02)
        #expect(ending.result.cards.allSatisfy { abs($0.account.serverWait.seconds - 1.28) < 0.01 })
        #expect(ending.result.time.blockCount == 2 * 32)
        let phases = ending.events.compactMap { entry -> CardPhase? in
            if case .cardChanged(2, let phase) = entry.event { phase } else { nil }
        }
        #expect(phases == [.connecting, .preparing, .receiving, .verifying])
    }

    @Test func aBaselineSkipsACardThatHasTheImage() throws {
        let first = try Self.bench([.card]).run()
        var bench = Self.bench([.card(CardOptions(flash: first.flash[1])), .card])
        bench.mode = .serial
        let ending = try bench.run()
        #expect(ending.outcomes == [.skipped, .success])
        #expect(ending.source.sessions == 1)
    }

    // MARK: The clock alone

    @Test func theClockTellsRoomFromTheSourceAndFromAFewCards() {
        func at(_ seconds: Int) -> Instant { Instant(sinceStart: .seconds(seconds)) }
        var clock = PoolClock(attachedCount: 4, startedAt: at(0))
        clock.addStarving(2, at: at(0))
        // Half starve, and the source is asked: 3 s.
        clock.note(live: 2, holders: 2, attached: 4, at: at(3))
        clock.setFull(true, at: at(3))
        // They starve while two others hold the oldest block: 4 s.
        clock.setHeldByFew(true, at: at(7))
        // One holds it alone, 5 s.
        clock.note(live: 2, holders: 1, attached: 4, at: at(7))
        clock.addStarving(-1, at: at(12))
        // Only one starves: 6 s.
        clock.setFull(false, at: at(18))
        clock.note(live: 0, holders: 0, attached: 4, at: at(20))
        #expect(clock.starvedForSource == .seconds(3))
        #expect(clock.starvedForRoom == .seconds(4))
        #expect(clock.starvedWhileFull == .seconds(9))
        #expect(clock.full == .seconds(15))
        #expect(clock.heldByEach == .seconds(4) / 2 + .seconds(5 + 6))
        #expect(clock.dwell == .seconds(2 * 17))
    }
}
