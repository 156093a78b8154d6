/// Where things stand in a flash file:
///
/// | from byte | what |
/// | --- | --- |
/// | 0 | the header: `FLASHIMG`, then big-endian version (4), read size (4), program size (4), erase size (4), block count (8), erased value (1) |
/// | 4096 | the contents, address by address: what is at address A stands at byte 4096 + A |
/// | 4096 + capacity | wear: cycles of each block (4 each, big-endian) |
/// | behind it | one bit for each program unit, lowest bit first: set when it is programmed |
///
/// Bytes of units that are not programmed mean nothing. The file is sparse.
struct FlashFileLayout {
    static let magic = Array("FLASHIMG".utf8)
    static let version: UInt32 = 1
    /// The magic and the fields; the rest of the page is zero.
    static let headerBytes = 33
    /// The first page ends before the contents, so that they are aligned to pages of the file system.
    static let contentsOffset = 4096

    let geometry: FlashGeometry
    let erasedValue: UInt8

    var wearOffset: Int { Self.contentsOffset + geometry.capacityBytes }
    var bitsOffset: Int { wearOffset + 4 * geometry.blockCount }
    var fileBytes: Int { bitsOffset + UnitBits.byteCount(units: geometry.unitCount) }

    /// The fields behind the magic, in file order, with the names that an error uses.
    private static let fields: [(name: String, bytes: Int)] = [
        ("version", 4), ("read_size", 4), ("program_size", 4), ("erase_size", 4), ("block_count", 8),
        ("erased_value", 1),
    ]

    var header: [UInt8] {
        let values: [UInt64] = [
            UInt64(Self.version), UInt64(geometry.readSize), UInt64(geometry.programSize), UInt64(geometry.eraseSize),
            UInt64(geometry.blockCount), UInt64(erasedValue),
        ]
        var bytes = Self.magic
        for (field, value) in zip(Self.fields, values) {
            bytes += (0..<field.bytes).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
        return bytes
    }

    /// Compares a header with what this flash's would be.
    ///
    /// - Returns: the first field that differs, with both values; nil when none does.
    func difference(from header: [UInt8]) -> (field: String, expected: String, found: String)? {
        guard header.count >= Self.headerBytes else {
            return ("header", "\(Self.headerBytes) bytes", "\(header.count) bytes long")
        }
        guard header.starts(with: Self.magic) else {
            return ("magic", "FLASHIMG", "another: this is no flash file")
        }
        let expected = self.header
        var offset = Self.magic.count
        for field in Self.fields {
            let range = offset..<offset + field.bytes
            if expected[range] != header[range] {
                return (field.name, "\(Self.number(expected[range]))", "\(Self.number(header[range]))")
            }
            offset += field.bytes
        }
        return nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
