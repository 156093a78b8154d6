package import SoftwareImage

/// A download that was begun and not ended: of which image, and how much of it is verifiably programmed.
package struct InterruptedDownload: Equatable, Sendable {
    package var digest: ImageDigest
    package var imageBytes: UInt64
    package var programmedBytes: UInt64

    package init(digest: ImageDigest, imageBytes: UInt64, programmedBytes: UInt64) {
        self.digest = digest
        self.imageBytes = imageBytes
        self.programmedBytes = programmedBytes
    }

    func encode(to writer: inout ByteWriter) {
        writer.digest(digest)
        writer.integer(imageBytes)
        writer.integer(programmedBytes)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        digest = try reader.digest()
        imageBytes = try reader.byteCount()
        programmedBytes = try reader.byteCount()
        guard programmedBytes <= imageBytes else {
            throw .malformed("\(programmedBytes) bytes are programmed of an image of \(imageBytes)")
        }
    }
}
