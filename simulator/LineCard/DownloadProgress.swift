import CardProtocol
import SoftwareImage

/// How far the download of one image has got in flash. Kept in RAM when the connection is lost, so that the next one goes
/// on from there.
struct DownloadProgress: Sendable {
    let digest: ImageDigest
    let version: String
    let imageBytes: Int
    /// The instance that is being written.
    let instance: Int
    /// How many of the image's bytes are programmed, read back and hashed; a whole number of program units, or all.
    var programmedBytes = 0
    /// How many of the instance's bytes are in blocks that were erased for this download.
    var erasedBytes = 0
    /// Of the programmed bytes.
    var hash = SHA256()

    init(_ start: StartDownload, instance: Int) {
        digest = start.digest
        version = start.version
        imageBytes = Int(start.imageBytes)
        self.instance = instance
    }

    /// Whether `start` asks for the same image in the same instance.
    func isOf(_ start: StartDownload, instance: Int) -> Bool {
        digest == start.digest && imageBytes == start.imageBytes && self.instance == instance
    }

    var reported: InterruptedDownload {
        InterruptedDownload(
            digest: digest, imageBytes: UInt64(imageBytes), programmedBytes: UInt64(programmedBytes))
    }
}
