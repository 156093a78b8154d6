import FlashModel
import Testing

/// The rules of real parts, and the arithmetic of their time.
@Suite struct FlashModelTests {
    @Test(arguments: StorageKind.allCases) func aBlankFlashReadsErasedEverywhere(kind: StorageKind) throws {
        let profile = try smallProfile(erasedValue: 0xA5)
        let flash = try kind.model(profile, in: TemporaryFolder())
        #expect(try flash.contents(0, 2048) == [UInt8](repeating: 0xA5, count: 2048))
    }

    @Test(arguments: StorageKind.allCases) func aRunOfUnitsAcrossBlocksReadsBackAndTheRestStaysErased(kind: StorageKind)
        throws
    {
        let folder = TemporaryFolder()
        var flash = try kind.model(try smallProfile(), in: folder)
        let bytes = pattern(320)
        _ = try flash.program(bytes, at: 224)
        let erased = [UInt8](repeating: 0xFF, count: 32)
        #expect(try flash.contents(192, 384) == erased + bytes + erased)
        #expect(try flash.contents(225, 7) == Array(bytes[1..<8]))
    }

    @Test(arguments: StorageKind.allCases) func programmingAProgrammedUnitNamesItAndChangesNothing(kind: StorageKind)
        throws
    {
        let folder = TemporaryFolder()
        var flash = try kind.model(try smallProfile(), in: folder)
        _ = try flash.program(pattern(32), at: 256)
        let before = try flash.contents(0, 2048)
        let busyUntil = flash.busyUntil
        #expect(throws: FlashError.notErased(address: 256)) { _ = try flash.program(pattern(128, 9), at: 192) }
        #expect(try flash.contents(0, 2048) == before)
        #expect(flash.busyUntil == busyUntil)
        #expect(flash.counts.programs == 1)
    }

    @Test(arguments: StorageKind.allCases) func erasingABlockErasesThatBlockAndCountsItsWear(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try kind.model(try smallProfile(), in: folder)
        let bytes = pattern(768)
        _ = try flash.program(bytes, at: 0)
        try flash.erase(block: 1, at: .zero)
        try flash.erase(block: 1, at: .zero)
        #expect(try flash.contents(0, 768) == bytes[..<256] + [UInt8](repeating: 0xFF, count: 256) + bytes[512...])
        #expect(try (0..<3).map { try flash.wear(ofBlock: $0) } == [0, 2, 0])
        _ = try flash.program(pattern(256, 3), at: 256)
        #expect(try flash.contents(256, 256) == pattern(256, 3))
    }

    @Test func whatIsOutsideOrMisalignedIsRefused() throws {
        var flash = FlashModel(try smallProfile())
        #expect(throws: FlashError.noSuchBlock(8, blockCount: 8)) { try flash.erase(block: 8, at: .zero) }
        #expect(throws: FlashError.noSuchBlock(-1, blockCount: 8)) { try flash.erase(block: -1, at: .zero) }
        #expect(throws: FlashError.noSuchBlock(8, blockCount: 8)) { _ = try flash.wear(ofBlock: 8) }
        #expect(throws: FlashError.misaligned(address: 16, byteCount: 32, unitBytes: 32)) {
            _ = try flash.program(pattern(32), at: 16)
        }
        #expect(throws: FlashError.misaligned(address: 0, byteCount: 33, unitBytes: 32)) {
            _ = try flash.program(pattern(33), at: 0)
        }
        for address in [2032, 4096, -32, Int.max] {
            #expect(throws: FlashError.outOfBounds(.program, address: address, byteCount: 32, capacityBytes: 2048)) {
                _ = try flash.program(pattern(32), at: address)
            }
        }
        #expect(throws: FlashError.outOfBounds(.read, address: 2040, byteCount: 16, capacityBytes: 2048)) {
            _ = try flash.contents(2040, 16)
        }
        #expect(flash.counts == FlashCounts() && flash.busyUntil == .zero)
    }

    @Test func anOperationBeginsWhenAskedForOrWhenTheFlashIsFree() throws {
        var flash = FlashModel(try smallProfile())
        #expect(try flash.erase(block: 0, at: .milliseconds(100)) == .milliseconds(105))
        // Asked for while the erase runs: begins at its end. Two units.
        #expect(try flash.program(pattern(64), at: 0, at: .milliseconds(101)) == .milliseconds(105) + .microseconds(20))
        var buffer = [UInt8](repeating: 0, count: 3)
        // Bytes 1 to 3 touch two words of 100 ns, and are three bytes of 1 ns.
        let end = try buffer.withUnsafeMutableBytes { try flash.read(address: 1, into: $0, at: .seconds(1)) }
        #expect(end == .seconds(1) + .nanoseconds(203))
        #expect(flash.busyUntil == end)
        #expect((flash.counts.erases, flash.counts.programs, flash.counts.reads) == (1, 2, 1))
    }

    @Test func aCopyIsASnapshot() throws {
        var flash = FlashModel(try smallProfile())
        _ = try flash.program(pattern(256), at: 0)
        let snapshot = flash
        try flash.erase(block: 0, at: .zero)
        #expect(try snapshot.contents(0, 256) == pattern(256))
        #expect(try snapshot.wear(ofBlock: 0) == 0)
    }
}
