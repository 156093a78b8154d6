import FlashModel
import Testing

/// Every way in which a block or a page misbehaves, over both storages.
@Suite struct BadBlockTests {
    static let erased = [UInt8](repeating: 0xFF, count: 256)

    private func flash(_ kind: StorageKind, _ folder: TemporaryFolder, _ blocks: [BlockFault]) throws -> FlashModel {
        try kind.model(try smallProfile(), in: folder, faults: faults { $0.blocks = blocks })
    }

    @Test(arguments: StorageKind.allCases) func aProgramErrorIsReportedAndLeavesGarbage(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try flash(kind, folder, [BlockFault(block: 1, .programError)])
        _ = try flash.program(pattern(32), at: 0)
        #expect(throws: FlashError.programFailed(address: 256)) { _ = try flash.program(pattern(64), at: 256) }
        let left = try flash.contents(256, 64)
        #expect(Array(left[..<32]) != Array(pattern(64)[..<32]) && Array(left[..<32]) != Array(Self.erased[..<32]))
        #expect(Array(left[32...]) == Array(Self.erased[..<32]))
        #expect(flash.busyUntil == .microseconds(20))
        #expect(flash.counts.programs == 2)
        #expect(throws: FlashError.notErased(address: 256)) { _ = try flash.program(pattern(32), at: 256) }
    }

    @Test(arguments: StorageKind.allCases) func anEraseErrorIsReportedAndKeepsTheContents(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try flash(kind, folder, [BlockFault(block: 1, .eraseError)])
        _ = try flash.program(pattern(256), at: 256)
        let before = flash.busyUntil
        #expect(throws: FlashError.eraseFailed(block: 1)) { try flash.erase(block: 1, at: .zero) }
        #expect(try flash.contents(256, 256) == pattern(256))
        #expect(try flash.wear(ofBlock: 1) == 1)
        #expect(flash.busyUntil == before + .milliseconds(5))
        try flash.erase(block: 0, at: .zero)
    }

    @Test(arguments: StorageKind.allCases) func aReadErrorNamesTheFirstAddressThatFails(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try flash(kind, folder, [BlockFault(block: 1, .readError)])
        _ = try flash.program(pattern(512), at: 0)
        #expect(try flash.readBytes(0, 256) == Array(pattern(512)[..<256]))
        let before = flash.busyUntil
        #expect(throws: FlashError.readFailed(address: 256)) { _ = try flash.readBytes(250, 20) }
        #expect(flash.busyUntil > before)
        #expect(throws: FlashError.readFailed(address: 300)) { _ = try flash.readBytes(300, 1) }
        #expect(try flash.readBytes(300, 0) == [])
        // Whoever looks from outside sees what is there.
        #expect(try flash.contents(0, 512) == pattern(512))
    }

    @Test(arguments: StorageKind.allCases) func aProgramNoopTakesItsTimeAndDoesNothing(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try flash(kind, folder, [BlockFault(block: 1, .programNoop)])
        #expect(try flash.program(pattern(64), at: 256) == .microseconds(20))
        #expect(try flash.contents(256, 256) == Self.erased)
        #expect(flash.counts.programs == 2)
        // The end of a run may lie in a good block.
        _ = try flash.program(pattern(512), at: 256)
        #expect(try flash.contents(256, 512) == Self.erased + pattern(512)[256...])
    }

    @Test(arguments: StorageKind.allCases) func anEraseNoopTakesItsTimeAndDoesNothing(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try flash(kind, folder, [BlockFault(block: 1, .eraseNoop)])
        _ = try flash.program(pattern(256), at: 256)
        let before = flash.busyUntil
        #expect(try flash.erase(block: 1, at: .zero) == before + .milliseconds(5))
        #expect(try flash.contents(256, 256) == pattern(256))
        #expect(try flash.wear(ofBlock: 1) == 1)
        #expect(throws: FlashError.notErased(address: 256)) { _ = try flash.program(pattern(32), at: 256) }
    }

    /// A weak block is well until it has been erased so often.
    @Test(arguments: BlockFault.Behaviour.allCases) func aWeakBlockMisbehavesFromItsCycleOn(
        behaviour: BlockFault.Behaviour
    ) throws {
        let folder = TemporaryFolder()
        var flash = try flash(.memory, folder, [BlockFault(block: 1, behaviour, afterCycles: 2)])
        var isWell: [Bool] = []
        for _ in 0..<4 {
            isWell.append(try works(flash, behaviour))
            do { try flash.erase(block: 1, at: .zero) } catch FlashError.eraseFailed {}
        }
        #expect(isWell == [true, true, false, false])
    }

    /// Does to block 1 what the behaviour spoils, without a cycle of its own beside it.
    private func works(_ flash: FlashModel, _ behaviour: BlockFault.Behaviour) throws -> Bool {
        var trial = flash
        do {
            switch behaviour {
            case .programError, .programNoop, .readError:
                _ = try trial.program(pattern(32), at: 256)
                return try trial.readBytes(256, 32) == pattern(32)
            case .eraseError, .eraseNoop:
                _ = try trial.program(pattern(32), at: 256)
                try trial.erase(block: 1, at: .zero)
                return try trial.contents(256, 32) == Array(Self.erased[..<32])
            }
        } catch FlashError.programFailed {
            return false
        } catch FlashError.eraseFailed {
            return false
        } catch FlashError.readFailed {
            return false
        }
    }

    // MARK: Pages

    @Test(arguments: StorageKind.allCases) func aWeakPageEndsTheRunThatItIsIn(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try kind.model(
            try smallProfile(), in: folder,
            faults: faults {
                $0.units = [UnitFault(unit: 11, .weakPage), UnitFault(unit: 10, .weakPage, afterCycles: 1)]
            })
        #expect(throws: FlashError.programFailed(address: 352)) { _ = try flash.program(pattern(256), at: 256) }
        #expect(try flash.contents(256, 96) == Array(pattern(256)[..<96]))
        #expect(try flash.contents(352, 32) != Array(pattern(256)[96..<128]))
        #expect(try flash.contents(384, 128) == Array(Self.erased[..<128]))
        #expect(flash.counts.programs == 4)
        #expect(flash.busyUntil == .microseconds(40))
        try flash.erase(block: 1, at: .zero)
        // Of two, the first counts.
        #expect(throws: FlashError.programFailed(address: 320)) { _ = try flash.program(pattern(256), at: 256) }
    }

    @Test(arguments: StorageKind.allCases) func aGravePageCannotBeRead(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        var flash = try kind.model(
            try smallProfile(), in: folder,
            faults: faults {
                $0.units = [UnitFault(unit: 9, .gravePage), UnitFault(unit: 2, .gravePage, afterCycles: 1)]
            })
        _ = try flash.program(pattern(512), at: 0)
        #expect(try flash.readBytes(0, 288) == Array(pattern(512)[..<288]))
        #expect(try flash.readBytes(320, 192) == Array(pattern(512)[320...]))
        #expect(throws: FlashError.readFailed(address: 288)) { _ = try flash.readBytes(280, 10) }
        #expect(throws: FlashError.readFailed(address: 319)) { _ = try flash.readBytes(319, 10) }
        try flash.erase(block: 0, at: .zero)
        #expect(throws: FlashError.readFailed(address: 64)) { _ = try flash.readBytes(0, 256) }
    }
}
