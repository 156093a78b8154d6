private import COpenSSL

/// An Ed25519 public key (RFC 8032): 32 bytes.
package struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    package let bytes: [UInt8]
    package let identifier: KeyIdentifier

    /// - Precondition: `bytes` has 32 elements.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "an Ed25519 public key has 32 bytes, not \(bytes.count)")
        self.bytes = bytes
        let digest = bytes.withUnsafeBytes { SHA256.digest(of: $0) }
        identifier = KeyIdentifier(
            digest.withBytes { $0.prefix(KeyIdentifier.byteCount).reduce(0) { $0 << 8 | UInt64($1) } })
    }

    /// Whether this key's private half has made the signature of that message (EVP_DigestVerify(3)).
    ///
    /// The first call of a process loads libcrypto's provider, which takes memory: a card makes it when an image comes, not before.
    package func verifies(_ signature: ManifestSignature, of message: [UInt8]) -> Bool {
        guard signature.key == identifier, let key = EVPKey(publicBytes: bytes) else {
            return false
        }
        return key.withContext { context, key in
            defer { ERR_clear_error() }
            // The digest is Ed25519's own: none is named.
            guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
            return EVP_DigestVerify(context, signature.bytes, signature.bytes.count, message, message.count) == 1
        }
    }

    /// Its identifier.
    package var description: String { identifier.description }
}
