/// What a manifest says of an image, and what its signatures vouch for.
package struct ManifestStatement: Equatable, Sendable {
    /// The type of card that the image is for; 1 to 64 visible ASCII characters, as all texts here.
    package var cardType: String
    /// The hardware revisions of that type that it is for; none: all of them.
    package var hardwareRevisions: [String]
    package var version: String
    /// The image's place in the order of images, its anti-rollback number: a card refuses a lower one than it ever committed,
    /// whatever the versions say. 0: none.
    package var securityNumber: UInt64
    /// When the manifest was made; nil: it does not say.
    package var created: ManifestTime?
    /// From when on the image is not to be downloaded any more; nil: never.
    package var expires: ManifestTime?
    /// The image's size; at least 1.
    package var imageBytes: UInt64
    /// SHA-256 of the whole image.
    package var digest: ImageDigest
    /// nil: the manifest has no block digests.
    package var blocks: BlockSummary?

    package init(
        cardType: String, hardwareRevisions: [String] = [], version: String, securityNumber: UInt64 = 0,
        created: ManifestTime? = nil, expires: ManifestTime? = nil, imageBytes: UInt64, digest: ImageDigest,
        blocks: BlockSummary? = nil
    ) {
        self.cardType = cardType
        self.hardwareRevisions = hardwareRevisions
        self.version = version
        self.securityNumber = securityNumber
        self.created = created
        self.expires = expires
        self.imageBytes = imageBytes
        self.digest = digest
        self.blocks = blocks
    }

    /// Whether a card of that revision is meant.
    package func isFor(revision: String) -> Bool {
        hardwareRevisions.isEmpty || hardwareRevisions.contains(revision)
    }
}
