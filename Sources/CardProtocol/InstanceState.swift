package import SoftwareImage

/// One of a card's two places for an image, with the words of ITU-T G.988, clause 9.1.4 (software image).
package struct InstanceState: Equatable, Sendable {
    /// It holds a complete image whose digest was verified.
    package var isValid: Bool
    /// It runs.
    package var isActive: Bool
    /// It will run after a restart.
    package var isCommitted: Bool
    /// Empty when nothing was ever downloaded.
    package var version: String
    package var imageBytes: UInt64
    package var digest: ImageDigest

    package init(
        isValid: Bool, isActive: Bool, isCommitted: Bool, version: String, imageBytes: UInt64, digest: ImageDigest
    ) {
        self.isValid = isValid
        self.isActive = isActive
        self.isCommitted = isCommitted
        self.version = version
        self.imageBytes = imageBytes
        self.digest = digest
    }

    private static let validBit: UInt8 = 1
    private static let activeBit: UInt8 = 2
    private static let committedBit: UInt8 = 4

    package func encode(to writer: inout ByteWriter) {
        writer.integer(
            (isValid ? Self.validBit : 0) | (isActive ? Self.activeBit : 0) | (isCommitted ? Self.committedBit : 0))
        writer.text(version)
        writer.integer(imageBytes)
        writer.digest(digest)
    }

    package init(from reader: inout ByteReader) throws(ProtocolError) {
        let flags = try reader.integer(UInt8.self)
        guard flags < 8 else { throw .malformed("instance flags 0x\(String(flags, radix: 16)) are not known") }
        isValid = flags & Self.validBit != 0
        isActive = flags & Self.activeBit != 0
        isCommitted = flags & Self.committedBit != 0
        version = try reader.text()
        imageBytes = try reader.byteCount()
        digest = try reader.digest()
    }
}
