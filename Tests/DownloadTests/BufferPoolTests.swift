import CardLink
import Download
import Runtime
import Testing

/// How an image and a pool are cut in one test.
struct PoolCase: Sendable, CustomTestStringConvertible {
    var imageBytes: Int
    var blockBytes: Int
    var blockCount = 3
    /// More than the blocks need: the budget is a limit, not a size.
    var spareBytes = 0
    /// How many bytes come at once.
    var pieceBytes: Int

    var layout: PoolLayout {
        PoolLayout(
            blockBytes: blockBytes, blockCount: blockCount, budgetBytes: blockBytes * blockCount + spareBytes,
            isDepthFixed: true)
    }

    var testDescription: String {
        "\(imageBytes) bytes in pieces of \(pieceBytes), \(blockCount) blocks of \(blockBytes)"
    }

    static let all: [PoolCase] = [1, 7, 1000, 4096, 4097, 16 << 10].flatMap { pieceBytes in
        [
            PoolCase(imageBytes: 100_000, blockBytes: 16 << 10, pieceBytes: pieceBytes),
            PoolCase(imageBytes: 3 * 96 << 10, blockBytes: 96 << 10, blockCount: 2, pieceBytes: pieceBytes),
            PoolCase(imageBytes: 300_001, blockBytes: 68 << 10, spareBytes: 5000, pieceBytes: pieceBytes),
            PoolCase(imageBytes: 11, blockBytes: 20 << 10, pieceBytes: pieceBytes),
        ]
    }
}

@Suite struct BufferPoolTests {
    /// Fills a pool with an image and has a number of cards take it, in an order drawn from `seed`; checks every step.
    ///
    /// - Returns: what each card got.
    private func passThrough(_ pool: BufferPool, _ image: TestImage, cards: Int, pieceBytes: Int, seed: UInt64)
        -> [[UInt8]]
    {
        var random = SplitMix64(seed: seed)
        var given = 0
        var got = Array(repeating: [UInt8](), count: cards)
        var next = Array(repeating: 0, count: cards)
        while next.contains(where: { $0 < pool.blockCountOfImage }) {
            let count = min(pieceBytes, image.bytes.count - given)
            if count > 0, pool.hasRoom(for: count), Bool.random(using: &random) {
                image.bytes.withUnsafeBytes { pool.fill(UnsafeRawBufferPointer(rebasing: $0[given..<given + count])) }
                given += count
            } else if let card = next.indices.filter({ next[$0] < pool.window.published }).randomElement(using: &random)
            {
                for section in 0..<pool.sectionCount(ofBlock: next[card]) {
                    let part = pool.section(section, ofBlock: next[card])
                    #expect(part.offset == UInt64(got[card].count))
                    #expect(
                        pool.checksum(ofSection: section, ofBlock: next[card])
                            == FrameWriter.sectionChecksum(offset: part.offset, bytes: part.bytes))
                    got[card] += part.bytes
                }
                pool.take(card)
                next[card] += 1
            }
            guard pool.bytesInUse <= pool.settings.budgetBytes, pool.bytesInUse <= pool.peakBytes else {
                Issue.record("\(pool.bytesInUse) bytes in use of \(pool.settings.budgetBytes), peak \(pool.peakBytes)")
                break
            }
        }
        return got
    }

    @Test(arguments: PoolCase.all) func everyCardGetsTheImageInWholeSections(_ parameters: PoolCase) throws {
        let image = TestImage(byteCount: parameters.imageBytes)
        try VirtualTimeLoop(seed: 1).runTest { loop in
            for seed in 0..<3 as Range<UInt64> {
                let pool = BufferPool(
                    alone: parameters.layout, imageBytes: parameters.imageBytes, cardCount: 3, loop: loop)
                let got = passThrough(pool, image, cards: 3, pieceBytes: parameters.pieceBytes, seed: seed)
                #expect(got.allSatisfy { $0 == image.bytes }, "seed \(seed)")
                #expect(pool.bytesInUse == 0)
                let blocks = min(parameters.blockCount, pool.blockCountOfImage)
                #expect(pool.peakBytes <= blocks * parameters.blockBytes)
                #expect(pool.peakBytes > 0)
            }
        }
    }

    @Test func roomCountsTheRestOfTheBlockThatIsBeingFilled() throws {
        let block = 16 << 10
        let layout = PoolLayout(blockBytes: block, blockCount: 2, budgetBytes: 2 * block)
        let image = TestImage(byteCount: 4 * block)
        try VirtualTimeLoop(seed: 1).runTest { loop in
            let pool = BufferPool(alone: layout, imageBytes: image.bytes.count, cardCount: 1, loop: loop)
            func fill(_ count: Int) {
                image.bytes.withUnsafeBytes { pool.fill(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
            #expect(pool.hasRoom(for: 2 * block))
            #expect(!pool.hasRoom(for: 2 * block + 1))
            fill(1000)
            #expect(pool.bytesInUse == block)
            #expect(pool.hasRoom(for: 2 * block - 1000))
            #expect(!pool.hasRoom(for: 2 * block - 999))
            // Over the block's end.
            fill(block)
            #expect(pool.window.published == 1)
            #expect(pool.bytesInUse == 2 * block)
            #expect(pool.hasRoom(for: block - 1000))
            #expect(!pool.hasRoom(for: block - 999))
            fill(block - 1000)
            #expect(pool.window.published == 2)
            #expect(!pool.hasRoom(for: 1))
            pool.take(0)
            #expect(pool.hasRoom(for: block))
            #expect(!pool.hasRoom(for: block + 1))
            #expect(pool.bytesInUse == block)
            #expect(pool.peakBytes == 2 * block)
        }
    }

    @Test func whoeverLeavesMakesRoomAndWakesTheFiller() throws {
        let block = 16 << 10
        let layout = PoolLayout(blockBytes: block, blockCount: 2, budgetBytes: 2 * block)
        let image = TestImage(byteCount: 2 * block)
        let wokenAt = try VirtualTimeLoop(seed: 1).runTest { loop in
            let pool = LoopBound(
                BufferPool(alone: layout, imageBytes: 4 * block, cardCount: 2, loop: loop), on: loop)
            image.bytes.withUnsafeBytes { pool.value.fill($0) }
            pool.value.take(0)
            pool.value.take(0)
            return await withTaskGroup(of: Instant?.self) { tasks in
                tasks.addTask {
                    let full = pool.value
                    try? await full.emptied.wait { full.hasRoom(for: 2 * block) }
                    return loop.now
                }
                tasks.addTask {
                    try? await loop.sleep(for: .seconds(7))
                    pool.value.detach(1)
                    return nil
                }
                return await tasks.compactMap { $0 }.first { _ in true }
            }
        }
        #expect(wokenAt == Instant(sinceStart: .seconds(7)))
    }
}

extension BufferPool {
    /// A pool with a budget of its own.
    convenience init(alone layout: PoolLayout, imageBytes: Int, cardCount: Int, loop: any Loop) {
        let emptied = Gate(loop: loop)
        let memory = MemoryBudget(bytes: layout.budgetBytes, loop: loop)
        let share = memory.tryJoin(
            name: "bench",
            leastBytes: 2 * layout.blockBytes, needBytes: layout.budgetBytes, roomChanged: emptied)
        self.init(
            settings: layout, imageBytes: imageBytes, cardCount: cardCount, share: share!, emptied: emptied, loop: loop)
    }
}
