/// The description of an image that decides whether a download succeeded: what libcurl calls success does not.
package struct Manifest: Equatable, Sendable {
    /// The type of card that the image is for.
    package var cardType: String
    package var version: String
    /// The image's size, in bytes; at least 1.
    package var imageBytes: UInt64
    /// SHA-256 of the whole image.
    package var digest: ImageDigest
    /// The image's anti-rollback number: a card whose counter is above it refuses the image, whatever its version. 0: none.
    package var securityNumber: UInt64

    package init(
        cardType: String, version: String, imageBytes: UInt64, digest: ImageDigest, securityNumber: UInt64 = 0
    ) {
        self.cardType = cardType
        self.version = version
        self.imageBytes = imageBytes
        self.digest = digest
        self.securityNumber = securityNumber
    }
}
