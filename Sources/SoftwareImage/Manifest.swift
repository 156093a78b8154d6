/// The description of an image that decides whether a download succeeded: what libcurl calls success does not.
///
/// People write and read it as YAML; what is signed is its statement (`docs/manifest.md`).
package struct Manifest: Equatable, Sendable {
    /// Its `blocks` always stand for this manifest's own.
    package var statement: ManifestStatement {
        didSet { statement.blocks = blocks?.summary }
    }
    package let blocks: BlockDigests?
    /// Over the statement's bytes; at most `ManifestLimits.maximumSignatures`. Whether they are right is not known here.
    package var signatures: [ManifestSignature]

    /// - Parameters:
    ///   - statement: its `blocks` are overwritten.
    ///   - blocks: as many as the image has.
    package init(_ statement: ManifestStatement, blocks: BlockDigests? = nil, signatures: [ManifestSignature] = []) {
        if let blocks {
            precondition(
                BlockDigests.count(imageBytes: statement.imageBytes, blockBytes: blocks.blockBytes)
                    == UInt64(blocks.digests.count), "a manifest with block digests has one for each block")
        }
        var statement = statement
        statement.blocks = blocks?.summary
        self.statement = statement
        self.blocks = blocks
        self.signatures = signatures
    }

    /// Without block digests.
    package init(
        cardType: String, version: String, imageBytes: UInt64, digest: ImageDigest, securityNumber: UInt64 = 0
    ) {
        self.init(
            ManifestStatement(
                cardType: cardType, version: version, securityNumber: securityNumber, imageBytes: imageBytes,
                digest: digest))
    }

    package var cardType: String { statement.cardType }
    package var version: String { statement.version }
    package var imageBytes: UInt64 { statement.imageBytes }
    package var digest: ImageDigest { statement.digest }
    package var securityNumber: UInt64 { statement.securityNumber }
    package var isSigned: Bool { !signatures.isEmpty }

    /// The block that holds the byte at `offset`; nil when the image ends before, or the manifest has no block digests.
    ///
    /// A part that comes from somebody who need not be trusted, such as a donor card, is believed when its whole block is there and
    /// has this digest.
    package func block(at offset: UInt64) -> ImageBlock? {
        guard let blocks, offset < imageBytes else { return nil }
        let index = offset / UInt64(blocks.blockBytes)
        guard index < blocks.digests.count else { return nil }
        let start = index * UInt64(blocks.blockBytes)
        return ImageBlock(
            range: start..<min(start + UInt64(blocks.blockBytes), imageBytes), digest: blocks.digests[Int(index)])
    }

    /// As a card gets it.
    package var signed: SignedStatement {
        SignedStatement(bytes: statement.encode(), signatures: signatures)
    }

    /// Adds a key's signature, or replaces the one that it has made before.
    ///
    /// - Throws: when there are too many already.
    package mutating func sign(with key: SigningKey) throws(ManifestError) {
        var signatures = signatures.filter { $0.key != key.publicKey.identifier }
        guard signatures.count < ManifestLimits.maximumSignatures else {
            throw ManifestError("it has \(signatures.count) signatures already, and no more are read")
        }
        signatures.append(key.signature(of: statement.encode()))
        self.signatures = signatures
    }
}
