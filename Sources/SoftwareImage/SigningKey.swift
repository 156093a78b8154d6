private import COpenSSL

/// An Ed25519 private key (RFC 8032), as the 32 bytes that it is made of. It shows itself by its public half only.
package struct SigningKey: Sendable, CustomStringConvertible {
    package static let seedBytes = 32

    /// Never beyond this module, but in a file of mode 0600.
    let seed: [UInt8]
    package let publicKey: PublicKey

    /// - Precondition: `seed` has 32 elements; to be secret, it must be random.
    package init(seed: [UInt8]) {
        precondition(seed.count == Self.seedBytes, "an Ed25519 private key has 32 bytes, not \(seed.count)")
        guard let key = EVPKey(privateBytes: seed), let publicBytes = key.publicBytes() else {
            fatalError("libcrypto makes no Ed25519 key of 32 bytes")
        }
        self.seed = seed
        publicKey = PublicKey(bytes: publicBytes)
    }

    /// A new one (RAND_priv_bytes(3)).
    package static func generate() throws(OpenSSLFailure) -> SigningKey {
        var seed = [UInt8](repeating: 0, count: seedBytes)
        guard RAND_priv_bytes(&seed, CInt(seed.count)) == 1 else { throw OpenSSLFailure("there are no random bytes") }
        return SigningKey(seed: seed)
    }

    /// The same message has the same signature, always (EVP_DigestSign(3)).
    package func signature(of message: [UInt8]) -> ManifestSignature {
        var bytes = [UInt8](repeating: 0, count: ManifestSignature.byteCount)
        guard let key = EVPKey(privateBytes: seed) else {
            fatalError("libcrypto takes its own key no more")
        }
        let isSigned = key.withContext { context, key in
            var count = bytes.count
            return EVP_DigestSignInit(context, nil, nil, nil, key) == 1
                && EVP_DigestSign(context, &bytes, &count, message, message.count) == 1
        }
        precondition(isSigned, "libcrypto does not sign: \(OpenSSLFailure("an Ed25519 signature"))")
        return ManifestSignature(key: publicKey.identifier, bytes: bytes)
    }

    package var description: String { "the private half of \(publicKey)" }
}
