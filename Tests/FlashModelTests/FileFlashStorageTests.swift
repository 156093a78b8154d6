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

    @Test func aTruncatedALaterAndAnAlienFileAreRefusedAndLeftAsTheyWere() throws {
        let profile = try smallProfile()
        _ = try open(profile)
        let whole = try fileBytes()
        var later = whole
        later[11] = 2
        for (field, bytes) in [
            ("size", Array(whole.dropLast())), ("size", Array(whole[..<5000])), ("header", Array(whole[..<20])),
            ("header", []), ("version", later), ("magic", pattern(whole.count)),
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

    private func expectRefusal(_ field: String, _ profile: FlashProfile) throws {
        let before = try fileBytes()
        let error = #expect(throws: FlashStorageError.self) { _ = try FileFlashStorage(path: path, profile: profile) }
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
