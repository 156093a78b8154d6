import FlashModel
import Testing

/// Parts that make operations persistent in their own order.
@Suite struct PersistenceTests {
    private static let seeds = 1...200 as ClosedRange<UInt64>

    private func flash(_ window: Int, _ kind: StorageKind = .memory, _ folder: TemporaryFolder? = nil) throws
        -> FlashModel
    {
        var flash = try kind.model(try smallProfile(), in: folder ?? TemporaryFolder())
        flash.persistence = .outOfOrder(window: window)
        return flash
    }

    /// How many units of a block are programmed, from its beginning.
    private func programmedUnits(_ flash: FlashModel, block: Int) throws -> Int {
        let bits = try flash.image(ofBlock: block).programmed[0]
        let count = bits.nonzeroBitCount
        #expect(bits == UInt8(truncatingIfNeeded: (1 << count) - 1), "an older unit was lost, and a newer one was not")
        return count
    }

    @Test func withinABlockTheOlderOperationsAreKept() throws {
        var seen: Set<Int> = []
        for seed in Self.seeds {
            var flash = try flash(16)
            for unit in 0..<4 { _ = try flash.program(pattern(32, unit), at: 32 * unit) }
            try flash.turnOff(seed: seed)
            let units = try programmedUnits(flash, block: 0)
            for unit in 0..<units { #expect(try flash.contents(32 * unit, 32) == pattern(32, unit)) }
            seen.insert(units)
        }
        #expect(seen == [0, 1, 2, 3, 4])
    }

    @Test func betweenBlocksANewerOperationMayOutliveAnOlder() throws {
        var seen: Set<[Int]> = []
        for seed in Self.seeds {
            var flash = try flash(16)
            for block in 0..<2 { _ = try flash.program(pattern(32), at: 256 * block) }
            try flash.turnOff(seed: seed)
            seen.insert(try (0..<2).map { try programmedUnits(flash, block: $0) })
        }
        #expect(seen == [[0, 0], [0, 1], [1, 0], [1, 1]])
    }

    @Test func whatStandsBeforeABarrierIsKept() throws {
        var seen: Set<[Int]> = []
        for seed in Self.seeds {
            var flash = try flash(16)
            _ = try flash.program(pattern(32), at: 0)
            _ = try flash.program(pattern(32), at: 256)
            try flash.barrier(at: .zero)
            _ = try flash.program(pattern(32), at: 32)
            try flash.turnOff(seed: seed)
            seen.insert(try (0..<2).map { try programmedUnits(flash, block: $0) })
        }
        #expect(seen == [[1, 1], [2, 1]])
    }

    @Test func noMoreThanTheWindowIsLost() throws {
        var least = 6
        for seed in Self.seeds {
            var flash = try flash(2)
            for block in 0..<6 { _ = try flash.program(pattern(32), at: 256 * block) }
            try flash.turnOff(seed: seed)
            let kept = try (0..<6).map { try programmedUnits(flash, block: $0) }
            #expect(kept[..<4] == [1, 1, 1, 1])
            least = min(least, kept.reduce(0, +))
        }
        #expect(least == 4)
    }

    @Test(arguments: StorageKind.allCases) func aLostEraseBringsTheContentsBackAndTheCycleStays(kind: StorageKind)
        throws
    {
        var seen: Set<Bool> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            let folder = TemporaryFolder()
            var flash = try flash(16, kind, folder)
            _ = try flash.program(pattern(256), at: 0)
            try flash.barrier(at: .zero)
            try flash.erase(block: 0, at: .zero)
            try flash.turnOff(seed: seed)
            let contents = try flash.contents(0, 256)
            let isErased = contents == [UInt8](repeating: 0xFF, count: 256)
            #expect(isErased || contents == pattern(256))
            #expect(try flash.wear(ofBlock: 0) == 1)
            seen.insert(isErased)
        }
        #expect(seen == [false, true])
    }

    /// What is cut in the midst of an operation loses what was not persistent before it, too.
    @Test func aCutLosesWhatIsPending() throws {
        var seen: Set<Int> = []
        for seed in Self.seeds {
            var flash = try flash(16)
            flash.arm(PowerCut(operation: 4, torn: .none, seed: seed))
            for unit in 0..<3 { _ = try flash.program(pattern(32), at: 32 * unit) }
            #expect(throws: FlashError.powerLost) { try flash.erase(block: 1, at: .zero) }
            seen.insert(try programmedUnits(flash, block: 0))
        }
        #expect(seen == [0, 1, 2, 3])
    }

    @Test func inOrderNothingIsLost() throws {
        for seed in Self.seeds {
            var flash = FlashModel(try smallProfile())
            _ = try flash.program(pattern(256), at: 0)
            try flash.turnOff(seed: seed)
            #expect(try flash.contents(0, 256) == pattern(256))
        }
    }
}
