import SoftwareImage

extension Manifest {
    /// Why an image that came whole is not the one that the manifest describes; nil when it is.
    func mismatch(receivedBytes: UInt64, digest: @autoclosure () -> ImageDigest) -> String? {
        guard receivedBytes == imageBytes else {
            return "the image has \(receivedBytes) bytes at the server, its manifest says \(imageBytes); "
                + "no card was told that it is valid"
        }
        let found = digest()
        guard found == self.digest else {
            return "the image's SHA-256 at the server is \(found), its manifest says \(self.digest); "
                + "no card was told that it is valid"
        }
        return nil
    }

    /// What a source is told that gives more than the manifest says.
    var excess: String {
        "the server gives more than the \(imageBytes) bytes that the manifest says; no card was told that the image is valid"
    }
}
