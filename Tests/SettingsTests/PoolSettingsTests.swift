import Settings
import Testing

@Suite struct PoolSettingsTests {
    struct Cut: Sendable, CustomTestStringConvertible {
        var memory: String?
        var block: String?
        var blocks: Int?
        var testDescription: String { "memory \(memory ?? "-"), block \(block ?? "-"), blocks \(blocks ?? 0)" }

        func request() throws -> PoolSettings.Request {
            PoolSettings.Request(
                memory: try memory.map { try ByteCount(parsing: $0) },
                block: try block.map { try ByteCount(parsing: $0) },
                blockCount: blocks)
        }
    }

    @Test(arguments: [
        (Cut(), 65536, 8, 524_288),
        (Cut(memory: "128KiB"), 65536, 2, 131_072),
        (Cut(memory: "1MiB", block: "16KiB"), 16384, 64, 1 << 20),
        (Cut(memory: "1000KiB"), 65536, 15, 1_024_000),
        (Cut(memory: "1MiB", blocks: 4), 262_144, 4, 1 << 20),
        (Cut(memory: "100KiB", blocks: 3), 32768, 3, 102_400),
        (Cut(memory: "1MiB", block: "64KiB", blocks: 4), 65536, 4, 1 << 20),
        (Cut(memory: "32KiB", block: "16KiB"), 16384, 2, 32768),
        (Cut(memory: "4GiB", block: "1MiB"), 1 << 20, 4096, 4 << 30),
    ]) func theMemoryIsCut(cut: Cut, blockBytes: Int, blockCount: Int, budgetBytes: Int) throws {
        let pool = try PoolSettings(cut.request())
        #expect(pool.blockBytes == blockBytes)
        #expect(pool.blockCount == blockCount)
        #expect(pool.budgetBytes == budgetBytes)
        #expect(pool.blockBytes * pool.blockCount <= pool.budgetBytes)
    }

    @Test(
        arguments: [
            (Cut(memory: "31KiB"), .memory, "is 31KiB; it must be from 32KiB to 4GiB"),
            (Cut(memory: "5GiB"), .memory, "is 5GiB; it must be from 32KiB to 4GiB"),
            (Cut(block: "8KiB"), .block, "is 8KiB; it must be from 16KiB to 1MiB"),
            (Cut(block: "2MiB"), .block, "is 2MiB; it must be from 16KiB to 1MiB"),
            (Cut(blocks: 1), .blocks, "is 1; it must be from 2 to 4096"),
            (Cut(blocks: 4097), .blocks, "is 4097; it must be from 2 to 4096"),
            (
                Cut(memory: "64KiB"), .memory,
                "is 64KiB, which holds 1 of the blocks of 64KiB; a pool has at least 2: give at least 128KiB"
            ),
            (
                Cut(block: "512KiB"), .memory,
                "is 512KiB (the default), which holds 1 of the blocks of 512KiB; a pool has at least 2: give at least 1MiB"
            ),
            (
                Cut(memory: "1GiB", block: "64KiB"), .memory,
                "is 1GiB, which holds 16384 blocks of 64KiB; a pool has at most 4096: give larger blocks, or fewer by the key blocks"
            ),
            (
                Cut(block: "64KiB", blocks: 16), .blocks,
                "is 16, and 16 blocks of 64KiB need 1MiB, but memory is 512KiB (the default) only"
            ),
            (
                Cut(memory: "512KiB", blocks: 64), .blocks,
                "is 64, which cuts a memory of 512KiB into blocks of 8KiB; a block has from 16KiB to 1MiB"
            ),
            (
                Cut(memory: "64MiB", blocks: 2), .blocks,
                "is 2, which cuts a memory of 64MiB into blocks of 32MiB; a block has from 16KiB to 1MiB"
            ),
        ] as [(Cut, PoolSettings.Refusal.Part, String)]) func whatDoesNotFitIsRefused(
            cut: Cut, part: PoolSettings.Refusal.Part, message: String
        ) throws
    {
        let request = try cut.request()
        let refusal = #expect(throws: PoolSettings.Refusal.self) { try PoolSettings(request) }
        #expect(refusal?.part == part)
        #expect(refusal?.message == message)
    }
}
