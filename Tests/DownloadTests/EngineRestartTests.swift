import Download
import Reports
import Runtime
import Testing

/// The CE is ended at any moment, and another one begins: the cards are the truth.
@Suite struct EngineRestartTests {
    private static let image = TestImage(byteCount: 4 << 20)

    private static func bench(cardCount: Int, kills: [Duration]) -> DownloadBench {
        var bench = DownloadBench(cardCount: cardCount)
        bench.image = image
        bench.blockCount = 8
        bench.kills = kills
        return bench
    }

    /// A hundred moments, drawn from seeds, of which a download sees as many as it lives through.
    @Test(arguments: 0..<10 as Range<UInt64>) func whatIsFetchedAgainIsLittle(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let kills = (0..<10).map { _ in Duration.milliseconds(Int.random(in: 1...2500, using: &random)) }
        let bench = Self.bench(cardCount: 6, kills: kills)
        let ending = try bench.run()
        for card in ending.result.cards { #expect([.success, .skipped].contains(card.outcome), "slot \(card.slot)") }
        let most = Self.image.bytes.count + kills.count * (bench.pool.budgetBytes + bench.blockBytes)
        #expect(
            ending.source.givenBytes <= most, "\(ending.source.givenBytes) bytes in \(ending.source.sessions) sessions")
        // Nothing begins anew: each further engine goes on where the last one was, but for what was on its way: the pool, and the
        // cards' windows.
        #expect(2 * ending.source.givenBytes < 5 * Self.image.bytes.count)
    }

    /// When every card has all of it, nothing is fetched.
    @Test func anImageThatEveryCardHasIsNotFetchedAgain() throws {
        let ending = try Self.bench(cardCount: 3, kills: [.seconds(1000)]).run()
        #expect(ending.outcomes == [.skipped, .skipped, .skipped])
        #expect(ending.source.sessions == 1)
        #expect(ending.source.givenBytes == Self.image.bytes.count)
    }
}
