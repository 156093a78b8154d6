import Download
import Reports
import Runtime
import Testing

/// The CE's memory for images in transit: how it is divided, and that nobody takes what is not there.
@Suite struct MemoryBudgetTests {
    private static let block = 64 << 10

    @Test func aLoneGroupHasAllOfIt() throws {
        try VirtualTimeLoop(seed: 1).runTest { loop in
            let memory = MemoryBudget(bytes: 8 * Self.block, loop: loop)
            let pool = try #require(Self.pool(of: memory, blocks: 8, loop: loop))
            #expect(pool.depthLimit == 8)
            #expect(memory.heldBytes == 0)
            pool.close()
        }
    }

    @Test func severalHaveTheLeastAndTheRestByNeed() throws {
        try VirtualTimeLoop(seed: 1).runTest { loop in
            let memory = MemoryBudget(bytes: 18 * Self.block, loop: loop)
            // 2 blocks each; of the other 12 they want 2, 4 and 6.
            let pools = [4, 6, 8].compactMap { Self.pool(of: memory, blocks: $0, loop: loop) }
            #expect(pools.map(\.depthLimit) == [4, 6, 8])
            pools[2].close()
            // Both have more at once: 14 blocks in the proportion of 2 to 4, whole ones.
            #expect(pools.prefix(2).map(\.depthLimit) == [2 + 4, 2 + 9])
            pools[0].close()
            #expect(pools[1].depthLimit == 18)
            pools[1].close()
        }
    }

    @Test func whoeverFindsTooLittleWaitsUntilSomebodyLeaves() throws {
        let joinedAt = try VirtualTimeLoop(seed: 1).runTest { loop in
            let memory = MemoryBudget(bytes: 4 * Self.block, loop: loop)
            let pools = LoopBound((0..<2).compactMap { _ in Self.pool(of: memory, blocks: 8, loop: loop) }, on: loop)
            #expect(pools.value.count == 2)
            #expect(Self.pool(of: memory, blocks: 8, loop: loop) == nil)
            return await withTaskGroup(of: Instant?.self) { tasks in
                tasks.addTask {
                    let share = try? await memory.join(
                        leastBytes: 2 * Self.block, needBytes: 0, roomChanged: Gate(loop: loop))
                    share?.leave()
                    return share == nil ? nil : loop.now
                }
                tasks.addTask {
                    try? await loop.sleep(for: .seconds(3))
                    pools.value[0].close()
                    return nil
                }
                return await tasks.compactMap { $0 }.first { _ in true }
            }
        }
        #expect(joinedAt == Instant(sinceStart: .seconds(3)))
    }

    @Test func aBudgetThatTheGroupsCannotRunWithIsRefused() throws {
        try VirtualTimeLoop(seed: 1).runTest { loop in
            let memory = MemoryBudget(bytes: 8 * Self.block, loop: loop)
            let pools = (0..<2).compactMap { _ in Self.pool(of: memory, blocks: 8, loop: loop) }
            #expect(throws: MemoryBudget.Refusal.self) { try memory.set(bytes: 4 * Self.block - 1) }
            #expect(memory.bytes == 8 * Self.block)
            try memory.set(bytes: 4 * Self.block)
            #expect(pools.map(\.depthLimit) == [2, 2])
            for pool in pools { pool.close() }
        }
    }

    /// What lies unused goes at once; what is in use, when it is not any more; and nothing new is taken before.
    @Test func aSmallerBudgetTakesEffectAsBlocksDrain() throws {
        try VirtualTimeLoop(seed: 1).runTest { loop in
            let memory = MemoryBudget(bytes: 8 * Self.block, loop: loop)
            let pool = try #require(Self.pool(of: memory, blocks: 8, isFixed: true, loop: loop))
            func fill(_ count: Int) {
                let bytes = [UInt8](repeating: 1, count: count * Self.block)
                bytes.withUnsafeBytes { pool.fill($0) }
            }
            fill(8)
            for _ in 0..<3 { pool.take(0) }
            #expect(memory.heldBytes == 8 * Self.block)
            try memory.set(bytes: 4 * Self.block)
            #expect(memory.heldBytes == 5 * Self.block)
            #expect(!pool.hasRoom(for: 1))
            pool.take(0)
            #expect(memory.heldBytes == 4 * Self.block)
            #expect(!pool.hasRoom(for: 1))
            pool.take(0)
            #expect(pool.hasRoom(for: Self.block) && !pool.hasRoom(for: Self.block + 1))
            try memory.set(bytes: 6 * Self.block)
            #expect(pool.hasRoom(for: 3 * Self.block) && !pool.hasRoom(for: 3 * Self.block + 1))
            pool.close()
            #expect(memory.heldBytes == 0)
        }
    }

    private static func pool(
        of memory: MemoryBudget, blocks: Int, isFixed: Bool = false, loop: any Loop
    ) -> BufferPool? {
        let roomChanged = Gate(loop: loop)
        guard
            let share = memory.tryJoin(
                leastBytes: 2 * block, needBytes: blocks * block, roomChanged: roomChanged)
        else { return nil }
        let layout = PoolLayout(
            blockBytes: block, blockCount: blocks, budgetBytes: blocks * block, isDepthFixed: isFixed)
        return BufferPool(
            settings: layout, imageBytes: 100 * block, cardCount: 1, share: share, emptied: roomChanged, loop: loop)
    }

    // MARK: While a download runs

    /// A download whose budget is changed at random moments, to random sizes.
    @Test(arguments: 0..<40 as Range<UInt64>) func neverAByteAboveTheBudgetThatHolds(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bench = DownloadBench(cardCount: 6)
        bench.seed = seed
        bench.image = TestImage(byteCount: 2 << 20)
        bench.blockBytes = [16, 32, 64].randomElement(using: &random)! << 10
        bench.blockCount = 8
        bench.isDepthFixed = Bool.random(using: &random)
        bench.script = MemorySource.Script(bench.image)
        bench.script?.pieceTime = .milliseconds(Int.random(in: 0...30, using: &random))
        var time = Duration.zero
        bench.memoryChanges = (0..<20).map { _ in
            time += .milliseconds(Int.random(in: 1...700, using: &random))
            return (
                time,
                bench.blockBytes * Int.random(in: 2...12, using: &random) + Int.random(in: 0..<4096, using: &random)
            )
        }
        let ending = try bench.run()
        #expect(ending.outcomes.allSatisfy { $0 == .success }, "seed \(seed)")
        #expect(ending.source.givenBytes == bench.image.bytes.count, "seed \(seed)")
        #expect(ending.memoryExcess == [], "seed \(seed)")
    }
}
