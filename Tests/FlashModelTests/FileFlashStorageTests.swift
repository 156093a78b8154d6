import FlashModel
import Glibc
import Testing

/// What outlives the process, and what is refused.
@Suite struct FileFlashStorageTests {
    let folder = TemporaryFolder()
    var path: String { folder.path("flash") }

    private func open(_ profile: FlashProfile) throws -> FlashModel {
        FlashModel(profile, storage: try FileFlashStorage(path: path, profile: profile))
    }

    private func faults(age: Int, seed: UInt64) -> FlashFaults {
        var faults = FlashFaults()
        faults.initialCycles = age
        faults.seed = seed
        return faults
    }

    @Test func contentsWearAndProgrammedUnitsReopenExactly() throws {
        let profile = try smallProfile()
        do {
            var flash = try open(profile)
            for _ in 0..<3 { try flash.erase(block: 2, at: .zero) }
            _ = try flash.program(pattern(512), at: 256)
            try flash.erase(block: 1, at: .zero)
        }
        var flash = try open(profile)
        #expect(try flash.contents(256, 512) == [UInt8](repeating: 0xFF, count: 256) + pattern(512)[256...])
        #expect(try (0..<4).map { try flash.wear(ofBlock: $0) } == [0, 1, 3, 0])
        #expect(throws: FlashError.notErased(address: 512)) { _ = try flash.program(pattern(32), at: 512) }
        _ = try flash.program(pattern(32), at: 256)
    }

    /// Nothing is flushed at an orderly end that a killed process would miss: another opening sees each operation at once.
    @Test func everyOperationIsInTheFileWhenItReturns() throws {
        let profile = try smallProfile()
        var flash = try open(profile)
        _ = try flash.program(pattern(64), at: 0)
        let seen = FlashModel(profile, storage: try FileFlashStorage(path: path, profile: profile, access: .inspection))
        #expect(try seen.contents(0, 64) == pattern(64))
        try flash.erase(block: 0, at: .zero)
        #expect(try seen.contents(0, 64) == [UInt8](repeating: 0xFF, count: 64))
        #expect(try seen.wear(ofBlock: 0) == 1)
    }

    /// A word of NOR is a program unit: one call marks more units than are looked at together.
    @Test func aRunLongerThanTheBitsBufferIsWhole() throws {
        let profile = try smallProfile(programSize: 2, eraseSize: 1 << 17, blockCount: 4)
        var flash = try open(profile)
        let bytes = pattern(200_000)
        _ = try flash.program(bytes, at: 6)
        #expect(try flash.contents(0, 200_008) == [UInt8](repeating: 0xFF, count: 6) + bytes + [0xFF, 0xFF])
        #expect(throws: FlashError.notErased(address: 200_004)) { _ = try flash.program([1, 2, 3, 4], at: 200_004) }
        try flash.erase(block: 0, at: .zero)
        #expect(try flash.contents(131_070, 4) == [0xFF, 0xFF] + bytes[131_066..<131_068])
    }

    @Test func contentsStandPlainlyInTheFile() throws {
        var flash = try open(try smallProfile())
        _ = try flash.program(pattern(256), at: 512)
        let bytes = try fileBytes()
        let start = FileFlashStorage.contentsOffset + 512
        #expect(Array(bytes[start..<start + 256]) == pattern(256))
    }

    @Test func anEmptyFlashIsASparseFileAndLeavesNothingElse() throws {
        _ = try open(FlashProfile.slcNAND)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_size > 256 << 20)
        #expect(status.st_blocks * 512 < 64 << 10)
        #expect(folder.names == ["flash"])
    }

    @Test(
        arguments: [
            ("read_size", 4, 32, 256, 8, 0xFF), ("program_size", 2, 64, 256, 8, 0xFF),
            ("erase_size", 2, 32, 512, 8, 0xFF),
            ("block_count", 2, 32, 256, 9, 0xFF), ("erased_value", 2, 32, 256, 8, 0),
        ] as [(String, Int, Int, Int, Int, UInt8)])
    func aFileOfAnotherFlashIsRefusedByFieldAndLeftAsItWas(
        field: String, read: Int, program: Int, erase: Int, blocks: Int, erased: UInt8
    ) throws {
        _ = try open(try smallProfile())
        try expectRefusal(
            field,
            try smallProfile(
                readSize: read, programSize: program, eraseSize: erase, blockCount: blocks, erasedValue: erased))
    }

    /// The same geometry in another part: its blocks would be good for other cycles, or were drawn bad in other places.
    @Test func aFileOfAnotherPartIsRefusedByFieldAndLeftAsItWas() throws {
        let small = try smallProfile()
        func part(_ name: String, endurance: Int?) throws -> FlashProfile {
            try FlashProfile(name: name, geometry: small.geometry, timing: small.timing, enduranceCycles: endurance)
        }
        let own = faults(age: 7, seed: 9)
        do { _ = try FileFlashStorage(path: path, profile: small, faults: own) }
        try expectRefusal("profile", try part("smaller", endurance: 10), own)
        try expectRefusal("endurance_cycles", try part("small", endurance: 11), own)
        try expectRefusal("endurance_cycles", try part("small", endurance: nil), own)
        try expectRefusal("age", small, faults(age: 8, seed: 9))
        try expectRefusal("fault_seed", small, faults(age: 7, seed: 10))
        _ = try FileFlashStorage(path: path, profile: small, faults: own)
    }

    /// Other times are no other part: a scenario may run faster than the last one did.
    @Test func aFileOfAFasterFlashIsTheSame() throws {
        let profile = try smallProfile()
        do { _ = try open(profile) }
        _ = try open(profile.scaled(by: 0.5))
    }

    @Test func aFileExplainsItself() throws {
        let profile = try smallProfile()
        do {
            var flash = FlashModel(
                profile, storage: try FileFlashStorage(path: path, profile: profile, faults: faults(age: 7, seed: .max))
            )
            try flash.erase(block: 3, at: .zero)
            _ = try flash.program(pattern(64), at: 768)
        }
        let flash = try FlashModel(inspecting: path)
        #expect(flash.profile.name == "small")
        #expect(flash.profile.geometry == profile.geometry)
        #expect(flash.profile.enduranceCycles == 10)
        #expect(flash.profile.erasedValue == 0xFF)
        #expect(flash.faults.initialCycles == 7 && flash.faults.seed == .max)
        #expect(try flash.wear(ofBlock: 3) == 1)
        #expect(try flash.contents(768, 64) == pattern(64))
    }

    /// From the file's beginning: where a field ends, a value that no flash has, and the field that the refusal names.
    @Test(
        arguments: [
            (11, [3], "version"), (11, [1], "version"), (15, [0], "read_size"), (19, [33], "program_size"),
            (23, [16], "erase_size"), (24, [0xFF], "block_count"), (25, [0xFF], "block_count"), (33, [0], "profile"),
            (33, [0x1B], "profile"), (33, [0xFF], "profile"), (65, [0xFF], "endurance_cycles"), (73, [0x7F], "age"),
        ] as [(Int, [UInt8], String)])
    func aFileThatCannotBeIsNotInspected(at offset: Int, bytes: [UInt8], field: String) throws {
        do { _ = try open(try smallProfile()) }
        var spoilt = try fileBytes()
        spoilt.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        try replaceFile(spoilt)
        try expectNoInspection(field)
    }

    @Test func aTruncatedAnEmptyAndAnAlienFileAreNotInspected() throws {
        do { _ = try open(try smallProfile()) }
        let whole = try fileBytes()
        for (field, bytes) in [
            ("size", Array(whole.dropLast())), ("size", whole + [0]), ("header", Array(whole[..<88])), ("header", []),
            ("magic", pattern(whole.count)),
        ] {
            try replaceFile(bytes)
            try expectNoInspection(field)
        }
        let missing = folder.path("missing")
        #expect(throws: FlashStorageError(path: missing, operation: "open", code: ENOENT)) {
            _ = try FlashModel(inspecting: missing)
        }
        let root = folder.root
        #expect(throws: FlashStorageError(path: root, operation: "read of the header", code: EISDIR)) {
            _ = try FlashModel(inspecting: root)
        }
    }

    private func expectNoInspection(_ field: String) throws {
        let before = try fileBytes()
        let error = #expect(throws: FlashStorageError.self) { _ = try FlashModel(inspecting: path) }
        guard case .refused(path, field, _, _) = error else {
            Issue.record("refused for \(String(describing: error)), not for \(field)")
            return
        }
        #expect(try fileBytes() == before)
    }

    @Test func aTruncatedALaterAndAnAlienFileAreRefusedAndLeftAsTheyWere() throws {
        let profile = try smallProfile()
        _ = try open(profile)
        let whole = try fileBytes()
        var later = whole
        later[11] = 3
        var older = whole
        older[11] = 1
        for (field, bytes) in [
            ("size", Array(whole.dropLast())), ("size", Array(whole[..<5000])), ("header", Array(whole[..<20])),
            ("header", []), ("version", later), ("version", older), ("magic", pattern(whole.count)),
        ] {
            try replaceFile(bytes)
            try expectRefusal(field, profile)
        }
    }

    @Test func aSecondCardOnTheSameFileIsRefused() throws {
        let profile = try smallProfile()
        let first = try open(profile)
        #expect(throws: FlashStorageError.inUse(path: path)) { _ = try FileFlashStorage(path: path, profile: profile) }
        withExtendedLifetime(first) {}
    }

    @Test func aFullDiskIsAnErrorOfItsOwn() {
        #expect(
            FlashStorageError(path: "f", operation: "program", code: ENOSPC) == .full(path: "f", operation: "program"))
        #expect(
            FlashStorageError(path: "f", operation: "program", code: EDQUOT) == .full(path: "f", operation: "program"))
        #expect(
            FlashStorageError(path: "f", operation: "program", code: EIO)
                == .failed(path: "f", operation: "program", reason: "Input/output error"))
    }

    @Test func aFolderThatDoesNotExistIsNamed() throws {
        let profile = try smallProfile()
        let missing = folder.path("missing/flash")
        let error = #expect(throws: FlashStorageError.self) {
            _ = try FileFlashStorage(path: missing, profile: profile)
        }
        #expect(error?.description.contains(missing) == true)
    }

    private func expectRefusal(
        _ field: String, _ profile: FlashProfile, _ faults: FlashFaults = .none
    ) throws {
        let before = try fileBytes()
        let error = #expect(throws: FlashStorageError.self) {
            _ = try FileFlashStorage(path: path, profile: profile, faults: faults)
        }
        guard case .refused(path, field, _, _) = error else {
            Issue.record("refused for \(String(describing: error)), not for \(field)")
            return
        }
        #expect(error!.description.contains(path) && error!.description.contains(field))
        #expect(try fileBytes() == before)
        #expect(folder.names == ["flash"])
    }

    private func fileBytes() throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }

    private func replaceFile(_ bytes: [UInt8]) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }
}
