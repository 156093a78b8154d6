package import SoftwareImage

/// Prepares the card's instance that does not run for an image.
package struct StartDownload: Equatable, Sendable {
    /// What the image is, and who says so: the card believes nothing of it before a signature over it was right.
    package var manifest: SignedStatement
    /// The length of every section but the last one, in bytes; at most what the card's identity allows.
    package var sectionBytes: UInt32
    /// Where the CE will begin: 0, or at most what the card reported as programmed of this very image.
    package var offset: UInt64
    /// The card's epoch as its identity told it: one that has changed since is refused.
    package var epoch: UInt64

    package init(manifest: SignedStatement, sectionBytes: UInt32, offset: UInt64, epoch: UInt64) {
        self.manifest = manifest
        self.sectionBytes = sectionBytes
        self.offset = offset
        self.epoch = epoch
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(sectionBytes)
        writer.integer(offset)
        writer.integer(epoch)
        manifest.encode(to: &writer)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        sectionBytes = try reader.sectionBytes()
        offset = try reader.byteCount()
        epoch = try reader.epoch()
        manifest = try SignedStatement(from: &reader)
    }
}

extension SignedStatement {
    func encode(to writer: inout ByteWriter) {
        writer.integer(UInt16(bytes.count))
        bytes.withUnsafeBytes { writer.raw($0) }
        writer.integer(UInt8(signatures.count))
        for signature in signatures {
            writer.integer(signature.key.value)
            signature.bytes.withUnsafeBytes { writer.raw($0) }
        }
    }

    /// Its bytes are taken as they are: what they say is looked at when a signature over them was right.
    init(from reader: inout ByteReader) throws(ProtocolError) {
        let byteCount = Int(try reader.integer(UInt16.self))
        guard (1...ManifestLimits.maximumStatementBytes).contains(byteCount) else {
            throw .malformed(
                "a manifest of \(byteCount) bytes; from 1 to \(ManifestLimits.maximumStatementBytes) are possible")
        }
        let bytes = try reader.bytes(byteCount)
        let count = Int(try reader.integer(UInt8.self))
        guard count <= ManifestLimits.maximumSignatures else {
            throw .malformed("\(count) signatures; at most \(ManifestLimits.maximumSignatures) are possible")
        }
        var signatures: [ManifestSignature] = []
        for _ in 0..<count {
            signatures.append(
                ManifestSignature(
                    key: KeyIdentifier(try reader.integer()), bytes: try reader.bytes(ManifestSignature.byteCount)))
        }
        self.init(bytes: bytes, signatures: signatures)
    }
}
