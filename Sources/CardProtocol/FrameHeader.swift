/// The 20 bytes that open every frame, big-endian:
/// magic (2), version (1), type (1), sequence (4), payload length (4), CRC32C of the payload (4), CRC32C of the 16 bytes before
/// (4).
///
/// The payload's checksum does not cover the sequence, so that one block's checksum serves every card.
package struct FrameHeader: Equatable, Sendable {
    package static let byteCount = 20

    package var type: UInt8
    package var sequence: UInt32
    package var payloadBytes: Int
    package var payloadChecksum: UInt32

    package init(type: UInt8, sequence: UInt32, payloadBytes: Int, payloadChecksum: UInt32) {
        self.type = type
        self.sequence = sequence
        self.payloadBytes = payloadBytes
        self.payloadChecksum = payloadChecksum
    }

    /// Writes the header to the first 20 bytes of `buffer`.
    package func encode(as format: FrameFormat, into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Self.byteCount)
        buffer.storeBytes(of: format.magic.bigEndian, toByteOffset: 0, as: UInt16.self)
        buffer[2] = format.version
        buffer[3] = type
        buffer.storeBytes(of: sequence.bigEndian, toByteOffset: 4, as: UInt32.self)
        buffer.storeBytes(of: UInt32(payloadBytes).bigEndian, toByteOffset: 8, as: UInt32.self)
        buffer.storeBytes(of: payloadChecksum.bigEndian, toByteOffset: 12, as: UInt32.self)
        let checksum = Checksum.of(UnsafeRawBufferPointer(rebasing: buffer[..<16]))
        buffer.storeBytes(of: checksum.bigEndian, toByteOffset: 16, as: UInt32.self)
    }

    /// Reads and checks the first 20 bytes of `buffer`. Nothing is allocated for the payload before that.
    package init(decoding buffer: UnsafeRawBufferPointer, as format: FrameFormat) throws(ProtocolError) {
        precondition(buffer.count >= Self.byteCount)
        func word(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        let magic = UInt16(truncatingIfNeeded: word(0) >> 16)
        guard magic == format.magic else { throw .notTheProtocol(magic: magic) }
        guard buffer[2] == format.version else { throw .unknownVersion(buffer[2]) }
        guard Checksum.of(UnsafeRawBufferPointer(rebasing: buffer[..<16])) == word(16) else { throw .headerChecksum }
        type = buffer[3]
        guard let range = format.payloadRange(ofType: type) else { throw .unknownType(type) }
        let length = word(8)
        guard length <= range.upperBound else { throw .oversize(type: type, bytes: length, limit: range.upperBound) }
        guard length >= range.lowerBound else { throw .undersize(type: type, bytes: length, minimum: range.lowerBound) }
        sequence = word(4)
        payloadBytes = Int(length)
        payloadChecksum = word(12)
    }
}
