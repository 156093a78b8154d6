private import COpenSSL
package import SharedBytes

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

    /// Adds bytes that may be a part of an image that all share: then what is known of it is not computed again.
    package mutating func update(_ stretch: Stretch) {
        guard let shared = stretch.shared, let image = shared.memory as? ImageMemory else {
            return update(stretch.bytes)
        }
        let known = image.advance(&self, over: shared.range)
        if known < stretch.count { update(UnsafeRawBufferPointer(rebasing: stretch.bytes[known...])) }
    }

    /// Whether the same bytes were added, whole 64-byte blocks of them, so that what is added to both makes the same of both.
    func isSame(as other: SHA256) -> Bool {
        let (own, its) = (context, other.context)
        return own.num == 0 && its.num == 0 && own.Nl == its.Nl && own.Nh == its.Nh
            && own.h.0 == its.h.0 && own.h.1 == its.h.1 && own.h.2 == its.h.2 && own.h.3 == its.h.3
            && own.h.4 == its.h.4 && own.h.5 == its.h.5 && own.h.6 == its.h.6 && own.h.7 == its.h.7
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
