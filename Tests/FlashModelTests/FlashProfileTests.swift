import FlashModel
import Testing

@Suite struct FlashProfileTests {
    /// The totals of the data sheets' typical values.
    @Test(arguments: [("nor-2002", 242.0), ("nor-m29w", 289), ("spi-nor", 84), ("slc-nand", 2.7)])
    func writing16MiBTakesWhatTheDataSheetsSay(name: String, expected: Double) throws {
        let profile = try #require(FlashProfile.named(name))
        let written = profile.writeTime(bytes: 16 << 20) / .seconds(1)
        #expect(abs(written / expected - 1) < 0.02, "\(written) s")
        // Reading back is a small part on NOR, and on SLC NAND a quarter: 75 us for a page of 300 us.
        let image = profile.imageTime(bytes: 16 << 20) / .seconds(1)
        #expect(image > written)
        #expect(name == "slc-nand" ? image < 1.25 * expected : abs(image / expected - 1) < 0.02, "\(image) s")
    }

    @Test(arguments: FlashProfile.all) func imageTimeIsWhatTheModelTakesForTheSameImage(profile: FlashProfile) throws {
        let bytes = pattern(3 * profile.geometry.eraseSize / 2)
        var flash = FlashModel(profile)
        for block in 0..<2 { try flash.erase(block: block, at: .zero) }
        _ = try flash.program(bytes, at: 0)
        var buffer = bytes
        try buffer.withUnsafeMutableBytes { _ = try flash.read(address: 0, into: $0, at: .zero) }
        #expect(flash.busyUntil == profile.imageTime(bytes: bytes.count))
        #expect(buffer == bytes)
    }

    @Test func everyPartHasItsNameAndItsDefaultCapacity() {
        #expect(FlashProfile.all.map(\.name) == ["nor-2002", "nor-m29w", "spi-nor", "slc-nand", "mlc-nand", "instant"])
        #expect(FlashProfile.all.map { $0.geometry.capacityBytes >> 20 } == [64, 64, 64, 256, 256, 64])
        #expect(FlashProfile.named("nor-2003") == nil)
    }

    @Test func aTimeScaleMultipliesEveryTime() throws {
        let scaled = try FlashProfile.slcNAND.scaled(by: 0.5)
        #expect(scaled.imageTime(bytes: 5 << 20) * 2 == FlashProfile.slcNAND.imageTime(bytes: 5 << 20))
        #expect(try FlashProfile.nor2002.scaled(by: 0).imageTime(bytes: 1 << 20) == .zero)
        #expect(scaled.geometry == FlashProfile.slcNAND.geometry)
    }

    @Test func capacityIsRoundedUpToBlocks() throws {
        #expect(try FlashProfile.nor2002.withCapacity(bytes: (1 << 20) + 1).geometry.blockCount == 9)
        #expect(try FlashProfile.nor2002.withCapacity(bytes: 1).geometry.capacityBytes == 128 << 10)
    }

    @Test(arguments: [
        ("read_size", 0, 32, 256, 8), ("program_size", 2, 33, 264, 8), ("program_size", 2, 0, 256, 8),
        ("erase_size", 2, 32, 16, 8), ("erase_size", 2, 32, 100, 8), ("erase_size", 2, 32, 128 << 20, 8),
        ("erase_size", 2, 32, -256, 8),
        ("block_count", 2, 32, 256, 0), ("block_count", 2, 32, 256, Int.max),
    ])
    func impossibleGeometryIsRefusedByField(field: String, read: Int, program: Int, erase: Int, blocks: Int) {
        let error = #expect(throws: FlashParameterError.self) {
            _ = try FlashGeometry(readSize: read, programSize: program, eraseSize: erase, blockCount: blocks)
        }
        #expect(error?.field == field)
    }

    private static let impossibleFaults: [(String, FlashFaults)] = [
        ("age", faults { $0.initialCycles = -1 }), ("age", faults { $0.initialCycles = .max }),
        ("factory_bad", faults { $0.factoryBadShare = 1.1 }), ("bit_flips", faults { $0.bitFlipProbability = .nan }),
        ("slow", faults { $0.slowness = -1 }), ("slow_erase", faults { $0.eraseSlowness = .infinity }),
        ("bad_blocks.block", faults { $0.blocks = [BlockFault(block: 8, .eraseError)] }),
        ("bad_blocks.after", faults { $0.blocks = [BlockFault(block: 7, .eraseError, afterCycles: -1)] }),
        ("bad_blocks", faults { $0.blocks = (0...64).map { BlockFault(block: $0 % 8, .eraseError) } }),
        ("bad_pages.page", faults { $0.units = [UnitFault(unit: 64, .weakPage)] }),
        ("bad_pages.after", faults { $0.units = [UnitFault(unit: 63, .weakPage, afterCycles: .max)] }),
        ("bad_pages", faults { $0.units = (0...64).map { UnitFault(unit: $0 % 64, .weakPage) } }),
    ]

    @Test(arguments: impossibleFaults)
    func impossibleFaultsAreRefusedByField(field: String, faults: FlashFaults) throws {
        let geometry = try smallProfile().geometry
        let error = #expect(throws: FlashParameterError.self) { try faults.check(geometry) }
        #expect(error?.field == field)
        try FlashFaults.none.check(geometry)
    }

    @Test func impossibleTimesEnduranceAndSizesAreRefusedByField() throws {
        func field(_ body: () throws -> Void) -> String? {
            #expect(throws: FlashParameterError.self) { try body() }?.field
        }
        #expect(field { _ = try FlashProfile.instant.scaled(by: -1) } == "time_scale")
        #expect(field { _ = try FlashProfile.instant.scaled(by: .nan) } == "time_scale")
        #expect(field { _ = try FlashProfile.nor2002.scaled(by: 1e6) } == "erase_time")
        #expect(field { _ = try FlashProfile.instant.withCapacity(bytes: 0) } == "capacity")
        #expect(field { _ = try FlashProfile.instant.withCapacity(bytes: .max) } == "capacity")
        #expect(
            field { _ = try FlashTiming(readUnit: .zero, programUnit: .seconds(-1), eraseBlock: .zero) }
                == "program_time")
        for (longestProgram, longestErase, name) in [
            (Duration.zero, Duration.seconds(1), "longest_program_time"), (.seconds(1), .zero, "longest_erase_time"),
            (.seconds(3601), .seconds(1), "longest_program_time"),
        ] {
            #expect(
                field {
                    _ = try FlashTiming(
                        readUnit: .zero, programUnit: .seconds(1), eraseBlock: .seconds(1),
                        longestProgramUnit: longestProgram, longestEraseBlock: longestErase)
                } == name)
        }
        let instant = FlashProfile.instant
        for name in ["", String(repeating: "x", count: 33), "a\u{1B}b"] {
            #expect(
                field {
                    _ = try FlashProfile(
                        name: name, geometry: instant.geometry, timing: instant.timing, enduranceCycles: nil)
                } == "profile")
        }
        #expect(
            field {
                _ = try FlashProfile(
                    name: "immortal", geometry: instant.geometry, timing: instant.timing, enduranceCycles: .max)
            } == "endurance_cycles")
        #expect(
            field {
                _ = try FlashProfile(
                    name: "dead", geometry: instant.geometry, timing: instant.timing, enduranceCycles: 0)
            } == "endurance_cycles")
    }
}
