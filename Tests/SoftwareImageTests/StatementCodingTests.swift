import SoftwareImage
import Testing

/// The bytes that are signed, as docs/manifest.md has them.
@Suite struct StatementCodingTests {
    /// The example of docs/manifest.md, section 2, byte by byte.
    @Test func theExampleOfTheDocumentIsWhatIsWritten() {
        let text = """
            53 49 4d 46 01 05 6f 6c 74 31 36 03 32 2e 30 02
            01 41 02 42 32 00 00 00 00 00 00 00 07 00 00 00
            00 6b 09 ef 50 00 00 00 00 6c e9 fb 80 00 00 00
            00 00 0f 42 40 00 01 02 03 04 05 06 07 08 09 0a
            0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a
            1b 1c 1d 1e 1f 00 01 00 00 b0 b0 b0 b0 b0 b0 b0
            b0 b0 b0 b0 b0 b0 b0 b0 b0 b0 b0 b0 b0 b0 b0 b0
            b0 b0 b0 b0 b0 b0 b0 b0 b0
            """
        let expected = text.split { $0 == " " || $0 == "\n" }.map { UInt8($0, radix: 16)! }
        #expect(StatementSample.full.encode() == expected)
    }

    @Test(arguments: StatementSample.all) func whatIsEncodedDecodes(statement: ManifestStatement) throws {
        #expect(try StatementSample.decode(statement.encode()) == statement)
    }

    @Test func noStatementIsLongerThanTheLimit() {
        #expect(StatementSample.largest.encode().count == ManifestLimits.maximumStatementBytes)
    }

    /// The order in which the revisions were named does not show.
    @Test func revisionsAreInOrder() {
        var statement = StatementSample.full
        statement.hardwareRevisions = ["B2", "A"]
        #expect(statement.encode() == StatementSample.full.encode())
    }

    @Test(arguments: StatementSample.all) func everyTruncationAndExtensionIsRefused(statement: ManifestStatement) {
        let bytes = statement.encode()
        for count in 0..<bytes.count {
            #expect(throws: ManifestError.self) { try StatementSample.decode(Array(bytes[..<count])) }
        }
        for extra in [0, 1, 255] as [UInt8] {
            #expect(throws: ManifestError.self) { try StatementSample.decode(bytes + [extra]) }
        }
    }

    /// There is one encoding: whatever else decodes encodes to itself, so two byte strings never mean the same.
    @Test(arguments: StatementSample.all) func whateverDecodesIsCanonical(statement: ManifestStatement) throws {
        let bytes = statement.encode()
        var decoded = 0
        for index in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[index] ^= 1 << bit
                guard let other = try? StatementSample.decode(altered) else { continue }
                decoded += 1
                #expect(other.encode() == altered, "byte \(index), bit \(bit)")
                #expect(other != statement)
            }
        }
        // Most bits are of digests and numbers, where any value will do.
        #expect(decoded > bytes.count)
    }

    static let wrongFields: [(name: String, index: Int, value: UInt8)] = [
        ("magic", 0, 0), ("format", 4, 2), ("empty card type", 5, 0), ("longer than the rest", 5, 255),
        ("a blank in the card type", 6, 0x20), ("too many revisions", 15, 17), ("revisions out of order", 17, 0x43),
    ]

    @Test(arguments: wrongFields) func aWrongFieldIsRefused(field: (name: String, index: Int, value: UInt8)) {
        var bytes = StatementSample.full.encode()
        bytes[field.index] = field.value
        #expect(throws: ManifestError.self, "\(field.name)") { try StatementSample.decode(bytes) }
    }

    static let impossible: [@Sendable (inout ManifestStatement) -> Void] = [
        { $0.cardType = "" }, { $0.version = String(repeating: "1", count: 65) }, { $0.version = "1 2" },
        { $0.cardType = "é" }, { $0.hardwareRevisions = ["A", "A"] }, { $0.hardwareRevisions = [""] },
        { $0.imageBytes = 0 }, { $0.imageBytes = 1 << 48 }, { $0.expires = $0.created },
        { $0.blocks?.blockBytes = 12_288 }, { $0.blocks?.blockBytes = 2048 },
        {
            $0.blocks?.blockBytes = 4096; $0.imageBytes = 1 << 30
        },
    ]

    @Test(arguments: impossible) func whatCannotBeEncodedIsNamed(change: @Sendable (inout ManifestStatement) -> Void) {
        var statement = StatementSample.full
        #expect(statement.problem == nil)
        change(&statement)
        #expect(statement.problem != nil)
    }
}
