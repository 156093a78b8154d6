import CardDialogue
import Download
import ImageSources
import LineCard
import Links
import Reports
import Runtime
import SoftwareImage
import Testing
import VirtualShelf

@Suite struct SuccessTests {
    /// Image sizes around one block of 64 KiB, and more.
    private static let block = 64 << 10
    private static let imageSizes = [1, 1000, block - 1, block, block + 1, 2 * block, 300_000]

    @Test(arguments: [1, 3, 20], [16, 20, 64, 256])
    func allCardsGetTheImageInTheTimeOfTheirFlash(cardCount: Int, blockKiB: Int) throws {
        var bench = DownloadBench(cardCount: cardCount)
        bench.image = TestImage(byteCount: 500_000)
        bench.blockBytes = blockKiB << 10
        let ending = try bench.run()
        #expect(ending.outcomes == Array(repeating: .success, count: cardCount))
        #expect(ending.source == MemorySource.Record(sessions: 1, givenBytes: 500_000, ended: 1))
        #expect(ending.result.sourceBytes == 500_000)
        #expect(ending.result.sourceFailure == nil)
        #expect(ending.result.cards.allSatisfy { $0.sentBytes == 500_000 && $0.digestMatches && $0.reason == nil })
        let flash = try bench.flashTime()
        #expect(ending.result.elapsed >= flash)
        #expect(ending.result.elapsed.seconds <= 1.02 * flash.seconds)
        #expect(ending.result.cards.allSatisfy { $0.elapsed <= ending.result.elapsed })
    }

    @Test(arguments: imageSizes, [2, 8]) func imagesOfAnySizeFit(imageBytes: Int, blockCount: Int) throws {
        var bench = DownloadBench(cardCount: 3)
        bench.image = TestImage(byteCount: imageBytes)
        bench.blockBytes = Self.block
        bench.blockCount = blockCount
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .success, .success])
        #expect(ending.source.givenBytes == imageBytes)
        #expect(ending.result.elapsed.seconds <= 1.02 * (try bench.flashTime()).seconds + 0.01)
    }

    @Test(arguments: [1, 999, 4096, 16 << 10]) func piecesOfAnySizeFit(pieceBytes: Int) throws {
        var bench = DownloadBench(cardCount: 2)
        bench.image = TestImage(byteCount: 70_001)
        bench.blockBytes = 16 << 10
        bench.blockCount = 2
        bench.script = MemorySource.Script(bench.image)
        bench.script?.pieceBytes = pieceBytes
        #expect(try bench.run().outcomes == [.success, .success])
    }

    @Test func aSlowSourceDecidesTheTimeWhenItIsSlowerThanTheFlash() throws {
        var bench = DownloadBench(cardCount: 4)
        bench.image = TestImage(byteCount: 320 << 10)
        bench.script = MemorySource.Script(bench.image)
        bench.script?.latency = .milliseconds(100)
        // 20 pieces of 16 KiB.
        bench.script?.pieceTime = .milliseconds(500)
        let elapsed = try bench.run().result.elapsed.seconds
        #expect(elapsed >= 10.1)
        #expect(elapsed <= 10.1 + 0.5, "after the last piece only its own section is programmed")
    }

    @Test func theSameSeedGivesTheSameRunAndAnotherSeedAnotherOrder() throws {
        func run(_ seed: UInt64) throws -> DownloadBench.Ending {
            var bench = DownloadBench(cardCount: 5)
            bench.seed = seed
            return try bench.run()
        }
        let (first, again, other) = (try run(9), try run(9), try run(10))
        #expect(first.trace == again.trace)
        #expect(first.events == again.events)
        #expect(first.result == again.result)
        #expect(first.trace != other.trace)
    }

    @Test(arguments: 100..<120 as Range<UInt64>) func everySeedSucceeds(seed: UInt64) throws {
        var bench = DownloadBench(cardCount: 20)
        bench.seed = seed
        bench.blockBytes = 16 << 10
        bench.blockCount = 2
        let ending = try bench.run()
        #expect(ending.outcomes == Array(repeating: .success, count: 20), "seed \(seed)")
        #expect(ending.source == MemorySource.Record(sessions: 1, givenBytes: 200_000, ended: 1), "seed \(seed)")
    }

    /// A source that the pool holds back gives every byte once, in order.
    @Test func cardsThatAreSlowerThanTheSourceHoldItBack() throws {
        var bench = DownloadBench([.card, .scripted { try await $0.behave() }])
        bench.blockCount = 2
        bench.image = TestImage(byteCount: 1 << 20)
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .success])
        #expect(ending.result.poolPeakBytes == 2 * bench.blockBytes)
        // The card without flash waits for the one that has it, all but what that one and the pool hold.
        #expect(ending.card(2).elapsed.seconds > 0.5 * ending.card(1).elapsed.seconds)
    }

    @Test func aCardThatHasTheImageIsSkippedAndTheSourceNotAsked() throws {
        let first = try DownloadBench(cardCount: 3).run()
        var bench = DownloadBench([])
        bench.occupants = (1...3).map { .card(CardOptions(flash: first.flash[$0])) }
        let ending = try bench.run()
        #expect(ending.outcomes == [.skipped, .skipped, .skipped])
        #expect(ending.source == MemorySource.Record())
        #expect(ending.result.sourceFailure == nil)
        #expect(ending.result.elapsed == .zero)
        #expect(ending.card(1).reason == "instance 1 holds version 2.0.0 already")
    }

    @Test func cardsThatHaveItAreSkippedWhileTheOthersGetIt() throws {
        let first = try DownloadBench(cardCount: 1).run()
        let ending = try DownloadBench([.card, .card(CardOptions(flash: first.flash[1])), .card]).run()
        #expect(ending.outcomes == [.success, .skipped, .success])
        #expect(ending.card(2).sentBytes == 0)
        #expect(ending.source.sessions == 1)
    }

    /// The source of the virtual shelf: its server's own counts, and the link's time.
    @Test(arguments: [nil, 64 << 10]) func theEmulatedFileServerServesOneTransfer(chunkBytes: Int?) throws {
        let image = TestImage(byteCount: 500_000)
        let loop = VirtualTimeLoop(seed: 4)
        let (result, sessions, bytes) = try loop.runTest { loop in
            let network = VirtualNetwork(loop: loop)
            let link = LinkSettings(bitsPerSecond: 8_000_000, latency: .milliseconds(1))
            let server = EmulatedFileServer(image: image.bytes, link: link, chunkBytes: chunkBytes, loop: loop)
            let listener = try network.listen(on: .loopback(), options: LineCard.socketOptions)
            let job = DownloadJob(
                group: "bench", manifest: image.manifest(),
                cards: [CardTarget(slot: 1, endpoint: listener.endpoint)],
                pool: PoolLayout(blockBytes: 64 << 10, blockCount: 4, budgetBytes: 256 << 10), engine: "test")
            let engine = DownloadEngine(job: job, source: server, network: network, loop: loop)
            return await withTaskGroup(of: GroupResult?.self) { tasks in
                tasks.addTask {
                    await CardPeer.serve(listener, slot: 1, loop: loop) { try await $0.behave() }
                    return nil
                }
                let result = await engine.run(.parallel)
                tasks.cancelAll()
                return (result, server.sessionCount, server.sentBytes)
            }
        }
        #expect(result.cards.map(\.outcome) == [.success])
        #expect(sessions == 1)
        #expect(bytes == 500_000)
        // 500 KB at 1 MB/s, and the latencies of the dialogue.
        #expect(result.elapsed.seconds >= 0.5)
        #expect(result.elapsed.seconds <= 0.5 + 0.05)
    }
}
