import CardProtocol
import Download
import FlashModel
import ImageSources
import Reports
import Runtime
import Testing

/// The image from cards that have it, in place of the server, and from one to the other in its middle.
@Suite struct DonorTests {
    private static let image = TestImage(byteCount: 1_000_000)
    private static let gone = SourceError.unreachable(url: "ftp://x/y", cause: "refused")

    /// A card's flash that holds the image.
    private static let holder = Result { () throws -> FlashModel in
        var bench = DownloadBench(cardCount: 1)
        bench.image = image
        return try bench.run().flash[1]!
    }

    private static func donor(diesAt: Duration? = nil) throws -> Occupant {
        .card(CardOptions(flash: try holder.get(), diesAt: diesAt))
    }

    private static func bench(_ occupants: [Occupant], _ source: SourceChoice, seed: UInt64 = 1) -> DownloadBench {
        var bench = DownloadBench(occupants)
        bench.image = image
        bench.sourceChoice = source
        bench.seed = seed
        bench.blockCount = 8
        bench.script = MemorySource.Script(image)
        return bench
    }

    /// What a scripted card gives of its image, having said that it holds it.
    private static func scripted(
        _ bytes: @escaping @Sendable (ReadImage, _ reads: Int, any Loop) async throws -> [UInt8]
    ) -> Occupant {
        .scripted { card in
            var reads = 0
            while true {
                switch try await card.receive() {
                case .request(.hello): try await card.send(.identity(card.identity(holding: image)))
                case .request(.readImage(let read)):
                    reads += 1
                    try await card.sendImageData(offset: read.offset, try await bytes(read, reads, card.loop))
                case .end: return
                case let other: try await card.answer(other)
                }
            }
        }
    }

    private static func right(_ read: ReadImage) -> [UInt8] {
        Array(image.bytes[Int(read.offset)..<Int(read.offset) + Int(read.bytes)])
    }

    @Test(arguments: [4 << 10, 64 << 10, 128 << 10], [1, 2, 3] as [UInt64])
    func cardsThatHaveItAreReadAndTheServerIsNot(
        digestBlockBytes: Int, seed: UInt64
    ) throws {
        var bench = Self.bench([.card, try Self.donor(), .card, try Self.donor(), .card], .auto, seed: seed)
        bench.digestBlockBytes = digestBlockBytes
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .skipped, .success, .skipped, .success])
        #expect(ending.source.sessions == 0)
        #expect(ending.result.sourceBytes == 0 && ending.result.sourceSessions == 0)
        #expect(ending.result.donors.reduce(0) { $0 + $1.bytes } == UInt64(Self.image.bytes.count))
        #expect(ending.result.donors.allSatisfy { $0.complaint == nil })
        // Both are read, about alike, where there is memory for more than one block.
        if digestBlockBytes <= bench.blockBytes {
            #expect(ending.result.donors.map(\.slot) == [2, 4])
            #expect(ending.result.donors.allSatisfy { $0.bytes > 250_000 }, "\(ending.result.donors)")
        }
        // Reading it back holds nobody up.
        #expect(ending.card(1).elapsed.seconds <= 1.03 * (try bench.flashTime()).seconds)
    }

    @Test func whereNoCardHasItTheServerIsAsked() throws {
        let ending = try Self.bench([.card, .card], .auto).run()
        #expect(ending.outcomes == [.success, .success])
        #expect(ending.source.givenBytes == Self.image.bytes.count)
        #expect(ending.result.donors == [])
    }

    @Test func theCardThatIsNamedIsReadAlsoOutsideOfTheGroup() throws {
        var bench = Self.bench([.card, try Self.donor(), .card, try Self.donor()], .card(slot: 4))
        bench.donorCount = 1
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .skipped, .success])
        #expect(ending.result.donors.map(\.slot) == [4])
        #expect(ending.source.sessions == 0)
    }

    @Test func aNamedCardThatDoesNotHoldItIsPassedOver() throws {
        var bench = Self.bench([.card, .card], .card(slot: 2))
        bench.donorCount = 1
        let ending = try bench.run()
        #expect(ending.outcomes == [.success])
        #expect(ending.source.givenBytes == Self.image.bytes.count)
        #expect(ending.result.donors.first?.complaint == "it does not hold version 2.0.0")
    }

    // MARK: In the middle of the image

    @Test(arguments: 0..<10 as Range<UInt64>) func aDonorThatDiesIsFollowedByTheServer(seed: UInt64) throws {
        let death = Duration.milliseconds(300 + 150 * Int64(seed))
        let ending = try Self.bench([.card, try Self.donor(diesAt: death), .card], .auto, seed: seed).run()
        #expect(ending.outcomes[0] == .success && ending.outcomes[2] == .success, "seed \(seed)")
        #expect(ending.source.sessions == 1)
        let read = ending.result.donors.reduce(0) { $0 + $1.bytes }
        #expect(read > 0 && ending.source.givenBytes > 0, "seed \(seed)")
        // From the very byte on: only what was on its way is fetched once more.
        #expect(ending.source.givenBytes + Int(read) <= Self.image.bytes.count + bench(seed: seed).pool.budgetBytes)
        #expect(ending.result.donors.first?.isDistrusted == false)
    }

    private func bench(seed: UInt64) -> DownloadBench { Self.bench([], .auto, seed: seed) }

    @Test(arguments: [0, 1, 300_000, 999_999]) func aServerThatIsGoneIsFollowedByACard(end: Int) throws {
        // It is found too late to be the first choice.
        var bench = Self.bench([.card, .card, Self.lateDonor], .auto)
        bench.script?.failure = (end, Self.gone)
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .success, .skipped])
        #expect(ending.source.givenBytes == end)
        #expect(ending.result.donors.map(\.slot) == [3])
        #expect(ending.result.sourceFailure == nil)
    }

    /// Says what it holds only after the others have waited long enough for it.
    private static let lateDonor = Occupant.scripted { card in
        while true {
            switch try await card.receive() {
            case .request(.hello):
                if card.loop.now.sinceStart < .seconds(1) { try await card.loop.sleep(for: .milliseconds(1500)) }
                try await card.send(.identity(card.identity(holding: image)))
            case .request(.readImage(let read)):
                try await card.sendImageData(offset: read.offset, right(read))
            case .end: return
            case let other: try await card.answer(other)
            }
        }
    }

    @Test func whenNobodyHasItTheReasonNamesAll() throws {
        var bench = Self.bench([.card, .card], .auto)
        bench.script?.failure = (100_000, Self.gone)
        let ending = try bench.run()
        #expect(ending.outcomes == [.failed, .failed])
        let reason = try #require(ending.card(1).reason)
        #expect(reason.contains("cannot reach the file server of ftp://x/y"), "\(reason)")
        #expect(reason.contains("no card gives the image: none of the group holds version 2.0.0"), "\(reason)")
    }

    // MARK: Cards that are not to be believed

    /// One donor gives other bytes from its third block on: it is named, and asked no more.
    @Test(arguments: 0..<10 as Range<UInt64>) func aDonorThatLiesIsFoundAndNamed(seed: UInt64) throws {
        let liar = Self.scripted { read, reads, _ in
            var bytes = Self.right(read)
            if reads > 2 { bytes[bytes.count / 2] ^= 1 }
            return bytes
        }
        let ending = try Self.bench([.card, liar, try Self.donor(), .card], .auto, seed: seed).run()
        #expect(ending.outcomes == [.success, .skipped, .skipped, .success])
        #expect(ending.source.sessions == 0)
        let account = try #require(ending.result.donors.first { $0.slot == 2 })
        #expect(account.isDistrusted)
        #expect(account.complaint?.contains("are others than the manifest says") == true)
        let left = ending.events.compactMap { entry -> Int? in
            if case .donorLeft(_, let slot, _, true) = entry.event { slot } else { nil }
        }
        #expect(left == [2])
    }

    /// Also where there is nobody else but the server, which then gives the rest.
    @Test func aDonorThatLiesAloneIsFollowedByTheServer() throws {
        let liar = Self.scripted { read, reads, _ in
            reads > 5 ? [UInt8](repeating: 7, count: Int(read.bytes)) : Self.right(read)
        }
        let ending = try Self.bench([.card, liar], .auto).run()
        #expect(ending.outcomes == [.success, .skipped])
        #expect(ending.source.givenBytes == Self.image.bytes.count - 5 * (64 << 10))
        #expect(ending.result.donors.map(\.isDistrusted) == [true])
    }

    @Test func aDonorThatIsSilentIsLeft() throws {
        let silent = Self.scripted { read, reads, loop in
            if reads == 4 { try await loop.sleep(for: .seconds(100)) }
            return Self.right(read)
        }
        let ending = try Self.bench([.card, silent, try Self.donor()], .auto).run()
        #expect(ending.outcomes == [.success, .skipped, .skipped])
        #expect(ending.source.sessions == 0)
        // 5 s without an answer, while the other one's blocks had to wait for this one's.
        #expect(ending.card(1).elapsed.seconds <= (try Self.bench([], .auto).flashTime()).seconds + 5.5)
        #expect(ending.result.donors.first { $0.slot == 2 }?.isDistrusted == false)
    }

    // MARK: Memory

    @Test(arguments: [2, 3, 4, 8]) func whatIsReadBackIsPartOfTheBudget(blocks: Int) throws {
        var bench = Self.bench([.card, try Self.donor(), try Self.donor(), .card], .auto)
        bench.blockCount = blocks
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .skipped, .skipped, .success])
        #expect(ending.source.sessions == 0)
        #expect(ending.result.poolPeakBytes <= bench.pool.budgetBytes)
    }

    @Test func whereThereIsNoRoomForADigestBlockTheServerIsAsked() throws {
        var bench = Self.bench([.card, try Self.donor()], .auto)
        bench.digestBlockBytes = 256 << 10
        bench.blockCount = 4
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .skipped])
        #expect(ending.source.givenBytes == Self.image.bytes.count)
    }

    /// While the budget goes up and down.
    @Test(arguments: 0..<10 as Range<UInt64>) func alsoWhileTheBudgetChanges(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bench = Self.bench([.card, try Self.donor(), try Self.donor(), .card], .auto, seed: seed)
        var time = Duration.zero
        bench.memoryChanges = (0..<15).map { _ in
            time += .milliseconds(Int.random(in: 1...400, using: &random))
            return (time, bench.blockBytes * Int.random(in: 2...12, using: &random))
        }
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .skipped, .skipped, .success], "seed \(seed)")
        #expect(ending.source.sessions == 0, "seed \(seed)")
    }

    /// Cancelled at any moment it ends in order, and gives its memory back: the budget asserts that.
    @Test(arguments: 0..<20 as Range<UInt64>) func cancelledAtAnyMoment(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bench = Self.bench([.card, try Self.donor(), try Self.donor(), .card], .auto, seed: seed)
        bench.cancellation = .at(.milliseconds(Int.random(in: 1...3000, using: &random)))
        let ending = try bench.run()
        #expect(ending.result.cards.allSatisfy { $0.outcome != .failed }, "seed \(seed)")
    }
}
