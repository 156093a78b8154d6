/// A signature (Ed25519, RFC 8032) over a statement's bytes, and the key that is said to have made it.
package struct ManifestSignature: Equatable, Sendable {
    package static let byteCount = 64

    package let key: KeyIdentifier
    /// 64 bytes.
    package let bytes: [UInt8]

    /// - Precondition: `bytes` has 64 elements.
    package init(key: KeyIdentifier, bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "an Ed25519 signature has 64 bytes, not \(bytes.count)")
        self.key = key
        self.bytes = bytes
    }
}
