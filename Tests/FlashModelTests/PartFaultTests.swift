import FlashModel
import Testing

/// What is wrong with a part as a whole.
@Suite struct PartFaultTests {
    private static let nand = FlashProfile.slcNAND

    private static func badBlocks(seed: UInt64, share: Double = 0.02) -> [Int] {
        let model = FlashModel(
            nand,
            faults: faults {
                $0.seed = seed
                $0.factoryBadShare = share
            })
        return (0..<nand.geometry.blockCount).filter { model.isFactoryBad(block: $0) }
    }

    @Test func theFactoryMarksItsShareOfBlocksAndNeverBlock0() throws {
        // 41 of 2,048 are expected; 6 is a standard deviation.
        for seed in 1...20 as ClosedRange<UInt64> {
            let bad = Self.badBlocks(seed: seed)
            #expect((15...67).contains(bad.count), "seed \(seed)")
            #expect(!bad.contains(0))
        }
        #expect(Self.badBlocks(seed: 1) == Self.badBlocks(seed: 1))
        #expect(Self.badBlocks(seed: 1) != Self.badBlocks(seed: 2))
        #expect(Self.badBlocks(seed: 1, share: 1).count == Self.nand.geometry.blockCount - 1)
        #expect(Self.badBlocks(seed: 1, share: 0) == [])
    }

    @Test func aFactoryBadBlockCannotBeErased() throws {
        let bad = try #require(Self.badBlocks(seed: 1).first)
        var flash = FlashModel(
            Self.nand,
            faults: faults {
                $0.seed = 1
                $0.factoryBadShare = 0.02
            })
        #expect(throws: FlashError.eraseFailed(block: bad)) { try flash.erase(block: bad, at: .zero) }
        try flash.erase(block: 0, at: .zero)
    }

    @Test(arguments: StorageKind.allCases) func aFlippedBitIsOneBitAndGoneTheNextTime(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try kind.model(try smallProfile(), in: folder, faults: faults { $0.bitFlipProbability = 1 })
        _ = try flash.program(pattern(256), at: 0)
        let first = try flash.readBytes(0, 256)
        let second = try flash.readBytes(0, 256)
        #expect(Self.differingBits(first, pattern(256)) == 1)
        #expect(Self.differingBits(second, pattern(256)) == 1)
        #expect(first != second)
        #expect(try flash.contents(0, 256) == pattern(256))
    }

    @Test func bitsFlipAsOftenAsTheyShouldAndTheSameFromTheSameSeed() throws {
        func flips(seed: UInt64) throws -> [Bool] {
            var flash = FlashModel(
                try smallProfile(),
                faults: faults {
                    $0.seed = seed
                    $0.bitFlipProbability = 0.25
                })
            return try (0..<1000).map { _ in try flash.readBytes(0, 8) != [UInt8](repeating: 0xFF, count: 8) }
        }
        let flipped = try flips(seed: 3)
        // 250 are expected; 14 is a standard deviation.
        #expect((180...320).contains(flipped.count { $0 }))
        #expect(try flipped == flips(seed: 3))
        #expect(try flipped != flips(seed: 4))
    }

    @Test(arguments: StorageKind.allCases) func rotStaysAndTouchesProgrammedUnitsOnly(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try kind.model(try smallProfile(), in: folder)
        _ = try flash.program(pattern(64), at: 288)
        try flash.rot(block: 1, bits: 1)
        let rotten = try flash.contents(256, 256)
        let erased = [UInt8](repeating: 0xFF, count: 160)
        #expect(Self.differingBits(Array(rotten[32..<96]), pattern(64)) == 1)
        #expect(Array(rotten[..<32] + rotten[96...]) == Array(erased[..<32] + erased))
        #expect(try flash.readBytes(256, 256) == rotten)
        #expect(throws: FlashError.notErased(address: 288)) { _ = try flash.program(pattern(32), at: 288) }
        // An erase heals, and what is erased has no charge to lose.
        try flash.erase(block: 1, at: .zero)
        try flash.rot(block: 1, bits: 8)
        #expect(try flash.contents(256, 160) == erased)
        #expect(throws: FlashError.noSuchBlock(8, blockCount: 8)) { try flash.rot(block: 8, bits: 1) }
    }

    @Test func aSlowPartTakesSoManyTimesAsLong() throws {
        var flash = FlashModel(
            try smallProfile(),
            faults: faults {
                $0.slowness = 4
                $0.eraseSlowness = 2.5
            })
        #expect(try flash.erase(block: 0, at: .zero) == .milliseconds(50))
        #expect(try flash.program(pattern(64), at: 0) == .milliseconds(50) + .microseconds(80))
        _ = try flash.readBytes(0, 2)
        #expect(flash.busyUntil == .milliseconds(50) + .microseconds(80) + .nanoseconds(408))
    }

    @Test(arguments: StorageKind.allCases) func aWriteProtectedPartIsOnlyRead(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try kind.model(try smallProfile(), in: folder, faults: faults { $0.isWriteProtected = true })
        #expect(throws: FlashError.writeProtected) { try flash.erase(block: 0, at: .zero) }
        #expect(throws: FlashError.writeProtected) { _ = try flash.program(pattern(32), at: 0) }
        #expect(flash.counts == FlashCounts() && flash.busyUntil == .zero)
        #expect(try flash.wear(ofBlock: 0) == 0)
        #expect(try flash.readBytes(0, 4) == [0xFF, 0xFF, 0xFF, 0xFF])
    }

    private static func differingBits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        zip(left, right).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    }
}
