import SoftwareImage

enum StatementSample {
    static let digest = ImageDigest(bytes: Array(0..<32))
    static let blocksDigest = ImageDigest(bytes: Array(repeating: 0xB0, count: 32))
    static let created = ManifestTime("2026-11-27T21:00:00Z")!
    static let expires = ManifestTime("2027-11-27")!

    /// With every field.
    static let full = ManifestStatement(
        cardType: "olt16", hardwareRevisions: ["A", "B2"], version: "2.0", securityNumber: 7, created: created,
        expires: expires, imageBytes: 1_000_000, digest: digest,
        blocks: BlockSummary(blockBytes: 64 << 10, digest: blocksDigest))
    /// With no more than there must be.
    static let bare = ManifestStatement(cardType: "a", version: "1", imageBytes: 1, digest: digest)

    /// As large as it can be.
    static let largest = ManifestStatement(
        cardType: String(repeating: "t", count: 64),
        hardwareRevisions: (0..<16).map { String(repeating: Character(UnicodeScalar(UInt8(65 + $0))), count: 32) },
        version: String(repeating: "v", count: 64), securityNumber: .max, created: created, expires: .latest,
        imageBytes: 1 << 30, digest: digest, blocks: BlockSummary(blockBytes: 64 << 10, digest: blocksDigest))

    static let all = [full, bare, largest]

    static func decode(_ bytes: [UInt8]) throws(ManifestError) -> ManifestStatement {
        try SignedStatement(bytes: bytes, signatures: []).decode()
    }
}
