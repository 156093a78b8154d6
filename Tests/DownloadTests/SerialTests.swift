import Download
import Reports
import Runtime
import Testing

/// Both baselines: card by card, a transfer for each.
@Suite struct SerialTests {
    private func bench(_ mode: DownloadMode, cardCount: Int) -> DownloadBench {
        var bench = DownloadBench(cardCount: cardCount)
        bench.mode = mode
        bench.image = TestImage(byteCount: 1 << 20)
        bench.script = MemorySource.Script(bench.image)
        // 16 KiB in 10 ms: S / R = 0.64 s.
        bench.script?.pieceTime = .milliseconds(10)
        return bench
    }

    @Test(arguments: [DownloadMode.serial, .serialPipelined]) func everyCardCostsATransfer(mode: DownloadMode) throws {
        let ending = try bench(mode, cardCount: 4).run()
        #expect(ending.outcomes == Array(repeating: .success, count: 4))
        #expect(ending.source.sessions == 4)
        #expect(ending.source.givenBytes == 4 << 20)
        // One after the other.
        let ends = ending.result.cards.map(\.elapsed)
        #expect(ends == ends.sorted())
        #expect(ends[3] == ending.result.elapsed)
    }

    @Test(arguments: [DownloadMode.serial, .serialPipelined]) func likeCardsTakeATimeEach(mode: DownloadMode) throws {
        let one = try bench(mode, cardCount: 1).run().result.elapsed.seconds
        let six = try bench(mode, cardCount: 6).run().result.elapsed.seconds
        #expect(abs(six - 6 * one) < 0.005 * six)
    }

    /// Serial is the sum of fetching and programming, pipelined the longer of both.
    @Test func theTimesAreThoseOfTheFormulas() throws {
        let flash = try bench(.serial, cardCount: 1).flashTime().seconds
        let serial = try bench(.serial, cardCount: 2).run().result.elapsed.seconds
        #expect(abs(serial - 2 * (flash + 0.64)) < 0.08 * serial)
        let pipelined = try bench(.serialPipelined, cardCount: 2).run().result.elapsed.seconds
        #expect(abs(pipelined - 2 * flash) < 0.03 * pipelined)
        let parallel = try bench(.parallel, cardCount: 2).run().result.elapsed.seconds
        #expect(abs(parallel - flash) < 0.03 * parallel)
    }
}
