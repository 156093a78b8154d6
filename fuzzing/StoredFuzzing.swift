import CardProtocol
import CardSoftware

/// What a card finds in its flash.
enum StoredFuzzing {
    /// The bytes as they are; and as the fields of a record whose head and checksum are right, since no fuzzer finds those.
    static func readBootRecord(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { BootRecord.record(in: $0) }
        var writer = ByteWriter()
        writer.integer(UInt32(0x424F_4F54))
        writer.integer(UInt16(2))
        writer.integer(UInt16(truncatingIfNeeded: 8 + bytes.count + 4))
        var record = writer.bytes + bytes
        let checksum = record.withUnsafeBytes { Checksum.of($0) }
        withUnsafeBytes(of: checksum.bigEndian) { record += $0 }
        guard let found = record.withUnsafeBytes({ BootRecord.record(in: $0) }) else { return }
        _ = (found.active, found.committed)
        for block in 0..<32 { _ = (found.badBlocks.isBad(block), found.badBlocks.place(of: block)) }
    }
}
