import Download
import FlashModel
import ImageSources
import Reports
import Runtime
import Testing

/// The figures that the engine promises, on the virtual clock: they hold on any machine.
@Suite struct FigureTests {
    /// 100 Mbit/s.
    private static let serverBytesPerSecond = 12_500_000.0

    /// A shelf of like cards, and an image that takes its flash seconds.
    struct Shelf: Sendable, CustomTestStringConvertible {
        var part: FlashProfile
        var cardCount: Int
        var imageBytes: Int

        var testDescription: String { "\(part.name), \(cardCount) cards" }

        static let parts: [(part: FlashProfile, imageBytes: Int)] = [
            (.nor2002, 1 << 20), (.norM29W, 1 << 20), (.spiNOR, 2 << 20), (.slcNAND, 8 << 20), (.mlcNAND, 16 << 20),
            (.instant, 8 << 20),
        ]

        static let all = parts.flatMap { item in
            [1, 20, 200].map { Shelf(part: item.part, cardCount: $0, imageBytes: item.imageBytes) }
        }.filter { $0.cardCount * $0.imageBytes <= 400 << 20 }
    }

    private static func bench(_ shelf: Shelf, blocks: Int = 8, isFixed: Bool = false) -> DownloadBench {
        var bench = DownloadBench(
            Array(repeating: .card(CardOptions(part: shelf.part)), count: shelf.cardCount))
        bench.image = TestImage(byteCount: shelf.imageBytes)
        bench.blockCount = blocks
        bench.isDepthFixed = isFixed
        bench.sharesImage = true
        bench.script = MemorySource.Script(bench.image)
        bench.script?.pieceTime = .seconds(Double(ImageSourceLimits.pieceBytes) / serverBytesPerSecond)
        return bench
    }

    private static func bound(_ shelf: Shelf) -> Double {
        LowerBound(
            imageBytes: UInt64(shelf.imageBytes), firstBytes: 64 << 10, serverBytesPerSecond: serverBytesPerSecond,
            serverLatencySeconds: 0
        ).seconds(
            for: LowerBound.Card(
                linkBytesPerSecond: nil, linkLatencySeconds: 0,
                flashSeconds: shelf.part.imageTime(bytes: shelf.imageBytes).seconds))
    }

    /// The budget of 8 blocks, in blocks that are used.
    @Test(arguments: Shelf.parts.map { Shelf(part: $0.part, cardCount: 20, imageBytes: $0.imageBytes / 2) })
    func theAutomaticDepthIsAsGoodAsTheBestFixedOne(shelf: Shelf) throws {
        let fixed = try (2...8).map { blocks in
            try Self.bench(shelf, blocks: blocks, isFixed: true).run().result.elapsed.seconds
        }
        let automatic = try Self.bench(shelf).run().result
        let best = fixed.min()!
        #expect(automatic.elapsed.seconds <= 1.02 * best, "\(automatic.elapsed) of \(fixed)")
        // The smallest that reaches it.
        let enough = 2 + fixed.firstIndex { $0 <= 1.02 * best }!
        #expect(
            Double(automatic.poolPeakBytes) <= 1.25 * Double(enough * (64 << 10)),
            "\(automatic.poolPeakBytes / (64 << 10)) blocks, and \(enough) are enough: \(fixed)")
    }

    @Test(arguments: Shelf.all) func eightBlocksAreEnoughForAnyFlash(shelf: Shelf) throws {
        let ending = try Self.bench(shelf).run()
        #expect(ending.outcomes.allSatisfy { $0 == .success })
        let efficiency = Self.bound(shelf) / ending.result.elapsed.seconds
        #expect(efficiency >= 0.98, "\(efficiency), depth \(ending.result.depthRange)")
    }
}

/// What a few bad cards cost the others, held against what is physically possible.
extension FigureTests {
    /// Five times slower than the others.
    private static func slowPart() throws -> FlashProfile { try FlashProfile.spiNOR.scaled(by: 5) }

    private static func stragglers(_ bad: [Int: Occupant]) -> DownloadBench {
        var bench = Self.bench(Shelf(part: .spiNOR, cardCount: 20, imageBytes: 4 << 20))
        for (slot, occupant) in bad.sorted(by: { $0.key < $1.key }) { bench.occupants[slot - 1] = occupant }
        return bench
    }

    private static func bound(of part: FlashProfile) -> Double {
        bound(Shelf(part: part, cardCount: 20, imageBytes: 4 << 20))
    }

    @Test(arguments: [[7], [2, 4, 6, 8, 10, 12, 14, 16, 18]]) func fewSlowCardsCostTheOthersNothing(slots: [Int]) throws
    {
        let slow = try Self.slowPart()
        let bad = Dictionary(uniqueKeysWithValues: slots.map { ($0, Occupant.card(CardOptions(part: slow))) })
        let ending = try Self.stragglers(bad).run()
        for card in ending.result.cards {
            #expect(card.outcome == .success)
            let isSlow = slots.contains(card.slot)
            let bound = isSlow ? Self.bound(of: slow) * 1.05 : Self.bound(of: .spiNOR) * 1.02
            #expect(card.elapsed.seconds <= bound, "slot \(card.slot)")
        }
        #expect(ending.result.sourceSessions == 1)
        #expect(ending.source.givenBytes == 4 << 20)
    }

    /// One process is stopped, one killed.
    @Test func aSilentAndAKilledCardCostTheOthersNothing() throws {
        let silentAt = Duration.seconds(5)
        let silent = Occupant.scripted { card in
            try await card.prepare()
            while card.loop.now.sinceStart < silentAt {
                guard case .section = try await card.receive() else { return }
                try await card.acknowledge(card.receivedBytes)
            }
            try await card.loop.sleep(for: .seconds(1000))
        }
        let ending = try Self.stragglers([3: silent, 12: .card(CardOptions(diesAt: .seconds(6)))]).run()
        for card in ending.result.cards where ![3, 12].contains(card.slot) {
            #expect(card.outcome == .success)
            #expect(card.elapsed.seconds <= Self.bound(of: .spiNOR) * 1.02, "slot \(card.slot)")
        }
        #expect(ending.card(3).reason?.hasSuffix("nothing from the card for 4 s") == true)
        #expect(ending.card(3).elapsed <= silentAt + .seconds(5))
        #expect(ending.card(12).outcome == .failed)
        #expect(ending.result.sourceSessions == 1)
        #expect(ending.source.givenBytes == 4 << 20)
    }
}
