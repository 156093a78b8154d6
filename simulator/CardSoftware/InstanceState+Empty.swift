package import CardProtocol
import SoftwareImage

extension InstanceState {
    /// Holds nothing, or nothing that may be used.
    package static let empty = InstanceState(
        isValid: false, isActive: false, isCommitted: false, version: "", imageBytes: 0,
        digest: ImageDigest(bytes: [UInt8](repeating: 0, count: ImageDigest.byteCount)))
}
