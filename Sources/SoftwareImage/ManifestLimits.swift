/// What a manifest may hold: a card checks one in little memory, before it believes anything of it.
package enum ManifestLimits {
    /// Of a card type and of a version: people read them. In bytes.
    package static let maximumTextBytes = 64
    /// Of one hardware revision, in bytes.
    package static let maximumRevisionBytes = 32
    /// Hardware revisions that one image is for.
    package static let maximumRevisions = 16
    /// Those of two keys while one takes the other's place, of another publisher's, and one to spare.
    package static let maximumSignatures = 4
    /// Two are needed to change one; an operator may have the vendor's two and two of its own.
    package static let maximumTrustedKeys = 4
    /// No image reaches this, in bytes (256 TiB): as in the card protocol.
    package static let imageBytesLimit: UInt64 = 1 << 48
    /// Smaller digest blocks than the smallest would make the list larger than it is worth; of larger ones one bad byte spoils too much.
    package static let blockBytes = 4 << 10...16 << 20
    /// 1 GiB in blocks of 64 KiB: 512 KiB of digests, in a manifest of 0.8 MiB.
    package static let maximumBlocks = 16 << 10
    /// As many as `BlockDigests.usualBlockBytes` allows: a manifest of 200 KiB at most.
    package static let usualBlocks = 4 << 10
    /// The longest statement: all texts full, all revisions there. In bytes.
    package static let maximumStatementBytes =
        5 + 2 * (1 + maximumTextBytes) + 1 + maximumRevisions * (1 + maximumRevisionBytes) + 4 * 8
        + ImageDigest.byteCount + 4 + ImageDigest.byteCount
}
