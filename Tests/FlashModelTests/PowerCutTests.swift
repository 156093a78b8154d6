import FlashModel
import Testing

/// What a loss of power leaves, over both storages.
@Suite struct PowerCutTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: StorageKind
        let torn: TornMode
        var testDescription: String { "\(kind), \(torn.name)" }

        static let all = StorageKind.allCases.flatMap { kind in TornMode.allCases.map { Case(kind: kind, torn: $0) } }
    }

    private static let erased = [UInt8](repeating: 0xFF, count: 256)

    /// Block 2 is full, and the power fails while it is erased.
    private func afterTornErase(_ test: Case, _ folder: TemporaryFolder, seed: UInt64 = 7) throws -> FlashModel {
        var flash = try test.kind.model(try smallProfile(), in: folder)
        _ = try flash.program(pattern(256), at: 512)
        flash.arm(PowerCut(operation: 1, torn: test.torn, seed: seed))
        #expect(throws: FlashError.powerLost) { try flash.erase(block: 2, at: .zero) }
        #expect(!flash.isPowered)
        return flash
    }

    @Test(arguments: Case.all) func aTornEraseLeavesWhatItsModeSays(test: Case) throws {
        let folder = TemporaryFolder()
        var flash = try afterTornErase(test, folder)
        let left = try flash.contents(512, 256)
        #expect(try flash.wear(ofBlock: 2) == (test.torn == .none ? 0 : 1))
        #expect(flash.counts.erases == (test.torn == .none ? 0 : 1))
        flash.restorePower()
        switch test.torn {
        case .none: #expect(left == pattern(256))
        case .complete:
            #expect(left == Self.erased)
            _ = try flash.program(pattern(256), at: 512)
        case .prefix:
            // The first units are erased, and not all: what is behind is as it was.
            let units = left.indices.first { left[$0] != 0xFF && left[$0] == pattern(256)[$0] }! / 32
            #expect(units < 8)
            #expect(left == Array(Self.erased[..<(32 * units)] + pattern(256)[(32 * units)...]))
            if units > 0 { _ = try flash.program(pattern(32 * units), at: 512) }
            #expect(throws: FlashError.notErased(address: 512 + 32 * units)) {
                _ = try flash.program(pattern(32), at: 512 + 32 * units)
            }
        case .garbage:
            #expect(left != pattern(256) && left != Self.erased)
            for unit in 16..<24 {
                #expect(throws: FlashError.notErased(address: 32 * unit)) {
                    _ = try flash.program(pattern(32), at: 32 * unit)
                }
            }
        }
        // An erase that is done again heals all of it.
        try flash.erase(block: 2, at: .zero)
        #expect(try flash.contents(512, 256) == Self.erased)
    }

    /// The fourth unit of a run is cut.
    private func afterTornProgram(_ test: Case, _ folder: TemporaryFolder, seed: UInt64 = 7) throws -> FlashModel {
        var flash = try test.kind.model(try smallProfile(), in: folder)
        flash.arm(PowerCut(operation: 4, torn: test.torn, seed: seed))
        #expect(throws: FlashError.powerLost) { _ = try flash.program(pattern(512), at: 256) }
        return flash
    }

    @Test(arguments: Case.all) func aTornProgramLeavesWhatItsModeSays(test: Case) throws {
        let folder = TemporaryFolder()
        var flash = try afterTornProgram(test, folder)
        let whole = pattern(512)
        #expect(flash.counts.programs == (test.torn == .none ? 3 : 4))
        #expect(try flash.contents(256, 96) == Array(whole[..<96]))
        #expect(try flash.contents(384, 384) == [UInt8](repeating: 0xFF, count: 384))
        let torn = try flash.contents(352, 32)
        let wanted = Array(whole[96..<128])
        flash.restorePower()
        switch test.torn {
        case .none:
            #expect(torn == Array(Self.erased[..<32]))
            _ = try flash.program(wanted, at: 352)
            return
        case .complete: #expect(torn == wanted)
        case .prefix:
            let kept = zip(torn, wanted).prefix { $0.0 == $0.1 }.count
            #expect(kept > 0 && kept < 32)
            #expect(torn[kept...].allSatisfy { $0 == 0xFF })
        case .garbage: #expect(torn != wanted && torn != Array(Self.erased[..<32]))
        }
        // Even half a program is one.
        #expect(throws: FlashError.notErased(address: 352)) { _ = try flash.program(wanted, at: 352) }
    }

    @Test(arguments: TornMode.allCases) func memoryAndFileAreLeftWithTheSame(torn: TornMode) throws {
        let (first, second) = (TemporaryFolder(), TemporaryFolder())
        for seed in 1...20 as ClosedRange<UInt64> {
            let images = try StorageKind.allCases.map { kind in
                let test = Case(kind: kind, torn: torn)
                defer { first.clear() }
                defer { second.clear() }
                let erase = try afterTornErase(test, first, seed: seed).image(ofBlock: 2)
                let program = try afterTornProgram(test, second, seed: seed).image(ofBlock: 1)
                return [erase, program]
            }
            #expect(images[0] == images[1], "seed \(seed)")
        }
    }

    /// The same cut leaves the same; another seed other garbage, and another length.
    @Test func whatIsTornComesFromTheSeed() throws {
        func left(_ torn: TornMode, _ seed: UInt64) throws -> FlashBlockImage {
            let test = Case(kind: .memory, torn: torn)
            return try afterTornErase(test, TemporaryFolder(), seed: seed).image(ofBlock: 2)
        }
        #expect(try left(.garbage, 1) == left(.garbage, 1))
        #expect(try left(.garbage, 1) != left(.garbage, 2))
        let prefixes = try (1...100).map { try left(.prefix, UInt64($0)).programmed }
        #expect(Set(prefixes).count == 8)
    }

    @Test func withoutPowerNothingIsDoneUntilItIsBack() throws {
        var flash = FlashModel(try smallProfile())
        try flash.erase(block: 0, at: .zero)
        _ = try flash.program(pattern(32), at: 0)
        flash.arm(PowerCut(operation: 1, torn: .none))
        #expect(throws: FlashError.powerLost) { try flash.erase(block: 1, at: .zero) }
        let counts = flash.counts
        #expect(throws: FlashError.powerLost) { try flash.erase(block: 1, at: .zero) }
        #expect(throws: FlashError.powerLost) { _ = try flash.program(pattern(32), at: 64) }
        #expect(throws: FlashError.powerLost) { _ = try flash.readBytes(0, 1) }
        #expect(throws: FlashError.powerLost) { try flash.barrier(at: .zero) }
        #expect(flash.counts == counts)
        #expect(try flash.contents(0, 32) == pattern(32))
        flash.restorePower()
        #expect(flash.isPowered && flash.busyUntil == .zero)
        #expect(try flash.erase(block: 1, at: .zero) == .milliseconds(5))
    }

    @Test func erasesAndProgramsAreCountedAndReadsAreNot() throws {
        var flash = FlashModel(try smallProfile())
        flash.arm(PowerCut(operation: 5, torn: .none))
        try flash.erase(block: 0, at: .zero)
        _ = try flash.readBytes(0, 256)
        _ = try flash.program(pattern(96), at: 0)
        try flash.barrier(at: .zero)
        #expect(throws: FlashError.powerLost) { try flash.erase(block: 1, at: .zero) }
        flash.restorePower()
        flash.arm(PowerCut(operation: 1, torn: .complete))
        flash.disarm()
        try flash.erase(block: 1, at: .zero)
        #expect((flash.counts.erases, flash.counts.programs) == (2, 3))
        #expect((flash.counts.reads, flash.counts.barriers, flash.counts.operations) == (1, 1, 5))
    }

    /// A page that fails is an operation, too: what follows it is cut where it would be.
    @Test func aFailingProgramAndASilentOneAreCounted() throws {
        var flash = FlashModel(
            try smallProfile(),
            faults: faults {
                $0.blocks = [BlockFault(block: 0, .programError), BlockFault(block: 1, .programNoop)]
            })
        flash.arm(PowerCut(operation: 4, torn: .complete))
        #expect(throws: FlashError.programFailed(address: 0)) { _ = try flash.program(pattern(32), at: 0) }
        _ = try flash.program(pattern(64), at: 256)
        #expect(throws: FlashError.powerLost) { _ = try flash.program(pattern(64), at: 256) }
        #expect(try flash.contents(256, 64) == Array(Self.erased[..<64]))
    }
}
