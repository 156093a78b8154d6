private import COpenSSL

/// A running SHA-256 (FIPS 180-4) by libcrypto (SHA256_Init(3)).
///
/// The low-level functions, on purpose: `EVP_DigestInit_ex` loads a provider, which costs a card more memory than all
/// of its own code. A copy is a snapshot of the state.
package struct SHA256: Sendable {
    private var context = SHA256_CTX()

    package init() {
        SHA256_Init(&context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
    }

    /// The digest of everything that was added so far; more may be added afterwards.
    package func digest() -> ImageDigest {
        var copy = context
        var bytes = [UInt8](repeating: 0, count: ImageDigest.byteCount)
        SHA256_Final(&bytes, &copy)
        return ImageDigest(bytes: bytes)
    }

    package static func digest(of bytes: UnsafeRawBufferPointer) -> ImageDigest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest()
    }
}
