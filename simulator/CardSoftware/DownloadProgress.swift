import CardProtocol
package import SoftwareImage

/// How far the download of one image has got in flash. Kept in RAM when the connection is lost, so that the next one goes
/// on from there; after a restart it is made anew from the last checkpoint.
package struct DownloadProgress: Sendable {
    package let digest: ImageDigest
    package let version: String
    package let imageBytes: Int
    package let securityNumber: UInt64
    /// The instance that is being written.
    package let instance: Int
    /// How many of the image's bytes are programmed, read back and hashed; a whole number of program units, or all.
    package internal(set) var programmedBytes = 0
    /// How many of the instance's bytes are in blocks that were erased for this download.
    var erasedBytes = 0
    /// Of the programmed bytes.
    package internal(set) var hash = SHA256()
    var checksum = Checksum()
    /// As it was at the beginning of the block that is being written.
    var checkpoint = Checkpoint.beginning
    var checkpointHash = SHA256()

    init(_ stored: BootRecord.StoredDownload) {
        digest = stored.digest
        version = stored.version
        imageBytes = stored.imageBytes
        securityNumber = stored.securityNumber
        instance = stored.instance
    }

    /// Whether it is the download of that image.
    package func isOf(digest: ImageDigest, imageBytes: Int) -> Bool {
        self.digest == digest && self.imageBytes == imageBytes
    }

    /// Forgets what came after the last checkpoint.
    mutating func stepBack(blockBytes: Int) {
        programmedBytes = checkpoint.blocks * blockBytes
        erasedBytes = programmedBytes
        hash = checkpointHash
        checksum = checkpoint.checksum
    }
}
