import CardProtocol

/// Up to where a download is verifiably in flash: so many whole erase blocks of the instance, and the CRC32C of all that is in them.
///
/// Written into the log behind the boot record as each block is finished. After a restart the card computes the same CRC from its
/// flash, and goes on behind the last checkpoint that agrees. As the CRC runs over the image from its beginning, one checkpoint
/// vouches for all blocks before it.
///
/// In flash, big-endian: magic `CP` (2), reserved (2), blocks (4), CRC32C of the image's bytes so far (4), CRC32C of the 12 bytes
/// before (4).
struct Checkpoint: Equatable, Sendable {
    static let byteCount = 16
    private static let magic: UInt16 = 0x4350

    var blocks: Int
    var checksum: Checksum

    static let beginning = Checkpoint(blocks: 0, checksum: Checksum())

    func encode() -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(Self.magic)
        writer.integer(UInt16(0))
        writer.integer(UInt32(blocks))
        writer.integer(checksum.value)
        writer.integer(writer.bytes.withUnsafeBytes { Checksum.of($0) })
        return writer.bytes
    }

    init(blocks: Int, checksum: Checksum) {
        self.blocks = blocks
        self.checksum = checksum
    }

    /// nil when the bytes are not a whole checkpoint.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        do throws(ProtocolError) {
            guard try reader.integer(UInt16.self) == Self.magic, try reader.integer(UInt16.self) == 0 else {
                return nil
            }
            blocks = Int(try reader.integer(UInt32.self))
            checksum = Checksum(continuing: try reader.integer(UInt32.self))
            let own = Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<12]))
            guard try reader.integer(UInt32.self) == own else { return nil }
        } catch {
            return nil
        }
    }
}
