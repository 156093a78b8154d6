import Download
import FlashModel
import Reports
import Runtime
import Testing

/// What is changed while downloads run: memory, and what they may use of the links.
@Suite struct RunningChangeTests {
    private static func bench(_ cards: Int = 5, imageBytes: Int = 4 << 20) -> ShelfBench {
        ShelfBench([ShelfBench.Group("adsl", cardCount: cards, imageBytes: imageBytes)])
    }

    @Test func moreMemoryIsUsedAtOnce() throws {
        var bench = Self.bench()
        bench.isDepthFixed = true
        bench.budgetBytes = 1 << 20
        // Of the sixteen blocks that the group would use it has room for four at first.
        bench.budgets = [(.zero, 256 << 10), (.seconds(5), 1 << 20)]
        let ending = try bench.run()
        #expect(ending.holders == [5])
        let before = ending.samples.filter { $0.at > .seconds(1) && $0.at < .seconds(5) }
        #expect(before.allSatisfy { $0.heldBytes == 256 << 10 })
        let after = ending.samples.first { $0.heldBytes == 1 << 20 }
        #expect(after != nil && after!.at < .milliseconds(5100))
        #expect(ending.result.peakBytes == 1 << 20)
        #expect(ending.result.budgetBytes == 1 << 20)
    }

    /// Two groups, and both give back what is theirs no longer; nothing is lost.
    @Test(arguments: [1, 2] as [UInt64]) func lessMemoryTakesEffectAsBlocksDrain(seed: UInt64) throws {
        var bench = ShelfBench([
            ShelfBench.Group("adsl", cardCount: 5, imageBytes: 4 << 20),
            ShelfBench.Group("voip", cardCount: 5, imageBytes: 3 << 20),
        ])
        bench.seed = seed
        bench.isDepthFixed = true
        bench.budgetBytes = 1 << 20
        bench.budgets = [(.seconds(4), 256 << 10)]
        let ending = try bench.run()
        #expect(ending.holders == [5, 5])
        let late = ending.samples.filter { $0.at >= .seconds(4) && $0.heldBytes > $0.budgetBytes }
        // Eight blocks of each group have to go, a block of 64 KiB in 0.35 s.
        #expect(!late.isEmpty && late.allSatisfy { $0.at < .seconds(8) })
        // While there is too much, nothing more is taken.
        #expect(zip(late, late.dropFirst()).allSatisfy { $1.heldBytes <= $0.heldBytes })
        #expect(ending.samples.contains { $0.at > .seconds(8) && $0.heldBytes > 0 })
        #expect(ending.heldBytesAtEnd == 0)
        #expect(ending.result.budgetBytes == 1 << 20)
    }

    @Test func tooLittleMemoryIsRefused() throws {
        let loop = VirtualTimeLoop(seed: 1)
        let refusals = try loop.runTest { loop in
            let memory = MemoryBudget(bytes: 1 << 20, loop: loop)
            let shares = ["a", "b"].map { name in
                memory.tryJoin(name: name, leastBytes: 128 << 10, needBytes: 512 << 10, roomChanged: Gate(loop: loop))!
            }
            var refusals: [String] = []
            for bytes in [255 << 10, 256 << 10] {
                do throws(MemoryBudget.Refusal) {
                    try memory.set(bytes: bytes)
                } catch {
                    refusals.append(error.description)
                }
            }
            #expect(memory.bytes == 256 << 10)
            #expect(memory.pool(ofGroup: "b")?.allowedBytes == 128 << 10)
            for share in shares { share.leave() }
            return refusals
        }
        #expect(
            refusals == ["255 KiB are too few: the groups that run need at least 256 KiB, two blocks each"])
    }

    @Test(arguments: DownloadMode.allCases) func theServersRateIsKept(mode: DownloadMode) throws {
        var bench = Self.bench(2, imageBytes: 1 << 20)
        bench.mode = mode
        bench.serverRate = 100_000
        let ending = try bench.run()
        #expect(ending.holders == [2])
        let transfers = mode == .parallel ? 1 : 2
        let least = Double(transfers << 20) / 100_000
        #expect(ending.result.elapsed.seconds >= least * 0.98)
        if mode == .parallel { #expect(ending.result.elapsed.seconds <= least * 1.05) }
    }

    /// All cards of all groups share it; nobody is detached for it.
    @Test func theCardsRateIsShared() throws {
        var bench = ShelfBench([
            ShelfBench.Group("adsl", cardCount: 4, imageBytes: 1 << 20),
            ShelfBench.Group("voip", cardCount: 4, imageBytes: 1 << 20),
        ])
        bench.cardRate = 800_000
        let ending = try bench.run()
        #expect(ending.holders == [4, 4])
        let least = Double(8 << 20) / 800_000
        #expect(ending.result.elapsed.seconds >= least * 0.95)
        #expect(ending.result.elapsed.seconds <= least * 1.1)
        #expect(ending.result.groups.flatMap(\.cards).allSatisfy { $0.account.detachments == 0 })
    }
}
