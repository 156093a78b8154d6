import Download
import FlashModel
import Reports
import Runtime
import Testing

/// Several groups at the same time: each by itself, all over one memory.
@Suite struct ShelfDownloadTests {
    private static func threeGroups() throws -> ShelfBench {
        ShelfBench([
            ShelfBench.Group("adsl", cardCount: 20, imageBytes: 2 << 20),
            ShelfBench.Group("gpon", cardCount: 25, imageBytes: 3 << 20, part: try .slcNAND.scaled(by: 8)),
            ShelfBench.Group("voip", cardCount: 15, imageBytes: (1 << 20) + 77, part: try .nor2002.scaled(by: 0.2)),
        ])
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func eachGroupStaysAtItsOwnBound(seed: UInt64) throws {
        var bench = try Self.threeGroups()
        bench.seed = seed
        let ending = try bench.run()
        #expect(ending.result.groups.map(\.name) == ["adsl", "gpon", "voip"])
        #expect(ending.holders == [20, 25, 15])
        for (group, result) in zip(bench.groups, ending.result.groups) {
            #expect(result.cards.allSatisfy { $0.outcome == .success })
            let bound = try group.flashTime
            #expect(result.elapsed <= bound * 1.03, "\(group.name): \(result.elapsed) of \(bound)")
            #expect(result.startedAfter == .zero)
        }
        // One session each, and the image once.
        #expect(ending.sources.map(\.sessions) == [1, 1, 1])
        #expect(ending.sources.map(\.givenBytes) == bench.groups.map(\.image.bytes.count))
        // A byte beyond the budget would have ended the run: the budget checks each one that is taken.
        #expect(ending.result.peakBytes <= bench.budgetBytes)
        #expect(ending.result.peakBytes >= ending.result.groups.map(\.poolPeakBytes).max()!)
        #expect(ending.heldBytesAtEnd == 0)
        #expect(ending.result.elapsed == ending.result.groups.map(\.elapsed).max())
    }

    /// Both always use all that they may: half each while both run, and everything when the other has ended.
    @Test func theMemoryIsDividedAgainWhenAGroupEnds() throws {
        var bench = ShelfBench([
            ShelfBench.Group("short", cardCount: 3, imageBytes: 1 << 20),
            ShelfBench.Group("long", cardCount: 3, imageBytes: 4 << 20),
        ])
        bench.isDepthFixed = true
        let ending = try bench.run()
        // Whoever comes first may have a block or two of the other half, from the instant before the other has come.
        let half = bench.budgetBytes / 2
        #expect((half...half + 2 * (64 << 10)).contains(ending.result.groups[0].poolPeakBytes))
        #expect(ending.result.groups[1].poolPeakBytes == bench.budgetBytes)
        #expect(ending.result.peakBytes == bench.budgetBytes)
        #expect(ending.follow.map(\.index) == [0, 1])
    }

    /// Two blocks are the least that a group can do with.
    @Test func aGroupThatHasNoMemoryWaitsForAnotherToEnd() throws {
        var bench = ShelfBench([
            ShelfBench.Group("one", cardCount: 2, imageBytes: 1 << 20),
            ShelfBench.Group("two", cardCount: 2, imageBytes: 1 << 20),
        ])
        bench.budgetBytes = 192 << 10
        let ending = try bench.run()
        #expect(ending.holders == [2, 2])
        #expect(ending.result.peakBytes <= bench.budgetBytes)
        let elapsed = ending.result.groups.map(\.elapsed).sorted()
        let alone = try bench.groups[0].flashTime
        // Its waiting is part of its time.
        #expect(elapsed[0] < alone * 1.1)
        #expect(elapsed[1] > alone * 2)
        #expect(ending.result.groups.map(\.startedAfter) == [.zero, .zero])
    }

    @Test func oneGroupsTroubleIsNotTheOthers() throws {
        var bench = try Self.threeGroups()
        bench.groups[1].isSourceGone = true
        let ending = try bench.run()
        #expect(ending.holders == [20, 0, 15])
        #expect(ending.result.groups[1].cards.allSatisfy { $0.outcome == .failed })
        #expect(ending.result.groups.map(\.isSourceUnavailable) == [false, true, false])
        #expect(ending.result.groups[0].elapsed <= (try bench.groups[0].flashTime) * 1.03)
        #expect(ending.heldBytesAtEnd == 0)
    }

    /// What follows a group's download does not wait for the other groups.
    @Test func whatFollowsAGroupBeginsWithItsOwnEnd() throws {
        var bench = try Self.threeGroups()
        bench.followTime = .seconds(100)
        let ending = try bench.run()
        for (index, instant) in ending.follow {
            #expect(instant.sinceStart == ending.result.groups[index].elapsed)
        }
        #expect(Set(ending.follow.map(\.index)) == [0, 1, 2])
        #expect(Set(ending.follow.map(\.instant.sinceStart)).count == 3)
    }

    @Test(arguments: [DownloadMode.serial, .serialPipelined]) func theSerialWaysTakeGroupAfterGroup(
        mode: DownloadMode
    ) throws {
        var bench = ShelfBench([
            ShelfBench.Group("one", cardCount: 2, imageBytes: 300_000),
            ShelfBench.Group("two", cardCount: 2, imageBytes: 200_000),
        ])
        bench.mode = mode
        let ending = try bench.run()
        #expect(ending.holders == [2, 2])
        #expect(ending.sources.map(\.sessions) == [2, 2])
        let groups = ending.result.groups
        #expect(groups[0].startedAfter == .zero)
        #expect(groups[1].startedAfter == groups[0].elapsed)
        #expect(ending.result.elapsed == groups[0].elapsed + groups[1].elapsed)
    }

    /// The last block is in the pool while the cards still empty it: the session with the server has ended by then.
    @Test func theSessionEndsWhileTheCardsStillDrain() throws {
        let ending = try ShelfBench([ShelfBench.Group("adsl", cardCount: 4, imageBytes: 1 << 20)]).run()
        let verified = try #require(
            ending.events.first { $0.event == .sourceVerified(group: "adsl") }?.instant.sinceStart)
        let programmedThen =
            ending.events.filter { $0.instant.sinceStart <= verified }.compactMap { entry -> UInt64? in
                if case .cardProgrammed(_, let bytes) = entry.event { bytes } else { nil }
            }.max() ?? 0
        // Two blocks in the pool, and two sections in each card's window.
        #expect(programmedThen <= (1 << 20) - (3 * 64 << 10))
        #expect(verified < ending.result.elapsed - .milliseconds(500))
    }
}
