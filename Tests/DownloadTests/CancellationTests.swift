import Download
import Reports
import Runtime
import Testing

@Suite struct CancellationTests {
    @Test func cancelledBeforeItStartsEveryCardIsAborted() throws {
        var bench = DownloadBench(cardCount: 3)
        bench.cancellation = .beforeStart
        let ending = try bench.run()
        #expect(ending.outcomes == [.aborted, .aborted, .aborted])
        #expect(ending.endedAt < Instant(sinceStart: .seconds(1)))
    }

    /// The bench checks after each run that no card is valid that is not complete, and that every card has one outcome.
    @Test(arguments: 0..<40 as Range<UInt64>, DownloadMode.allCases) func cancelledAtAnyMomentItEndsInOrder(
        seed: UInt64, mode: DownloadMode
    ) throws {
        var random = SplitMix64(seed: seed)
        var bench = DownloadBench(cardCount: 3)
        bench.mode = mode
        bench.seed = seed
        let whole = try bench.flashTime().seconds * (mode == .parallel ? 1 : 3)
        let moment = Duration.milliseconds(Int64(random.next() % UInt64(1.1 * whole * 1000)))
        bench.cancellation = .at(moment)
        let ending = try bench.run()
        #expect(ending.result.cards.allSatisfy { $0.outcome == .success || $0.outcome == .aborted }, "seed \(seed)")
        #expect(ending.result.sourceFailure == nil, "seed \(seed)")
        let overrun = Instant(sinceStart: moment).duration(to: ending.endedAt)
        #expect(overrun < .seconds(6), "seed \(seed): it took \(overrun) to end")
    }
}
