private import COpenSSL

/// Keys as PEM text (RFC 7468), as `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write them.
package enum KeyText {
    /// - Throws: what is not the PEM of an Ed25519 private key in clear.
    package static func signingKey(_ pem: [UInt8]) throws(OpenSSLFailure) -> SigningKey {
        let key = try parse(pem, "no private key in PEM") { input in
            // Without a function of its own, libcrypto would ask at the terminal for a passphrase.
            PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil)
        }
        var seed = [UInt8](repeating: 0, count: SigningKey.seedBytes)
        var count = seed.count
        guard EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_ED25519,
            EVP_PKEY_get_raw_private_key(key.pointer, &seed, &count) == 1, count == seed.count
        else { throw OpenSSLFailure("a key, but no Ed25519 key") }
        return SigningKey(seed: seed)
    }

    /// - Throws: what is not the PEM of an Ed25519 public key.
    package static func publicKey(_ pem: [UInt8]) throws(OpenSSLFailure) -> PublicKey {
        let key = try parse(pem, "no public key in PEM") { PEM_read_bio_PUBKEY($0, nil, nil, nil) }
        guard EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_ED25519, let bytes = key.publicBytes() else {
            throw OpenSSLFailure("a key, but no Ed25519 key")
        }
        return PublicKey(bytes: bytes)
    }

    private static func parse(
        _ pem: [UInt8], _ complaint: String, _ read: (OpaquePointer) -> OpaquePointer?
    ) throws(OpenSSLFailure) -> EVPKey {
        let pointer = pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let input = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count)) else { return nil }
            defer { BIO_free(input) }
            return read(input)
        }
        guard let pointer else { throw OpenSSLFailure(complaint) }
        return EVPKey(owning: pointer)
    }
}

extension SigningKey {
    /// Unencrypted PKCS #8 in PEM: for a file of mode 0600.
    package var pem: String {
        guard let key = EVPKey(privateBytes: seed) else {
            fatalError("libcrypto takes its own key no more")
        }
        return pemText { PEM_write_bio_PKCS8PrivateKey($0, key.pointer, nil, nil, 0, nil, nil) }
    }
}

extension PublicKey {
    package var pem: String {
        guard let key = EVPKey(publicBytes: bytes) else {
            fatalError("libcrypto takes its own key no more")
        }
        return pemText { PEM_write_bio_PUBKEY($0, key.pointer) }
    }
}

/// What `write` puts into a memory BIO (BIO_s_mem(3)).
private func pemText(_ write: (OpaquePointer) -> CInt) -> String {
    /// A private key of Ed25519 has 119 bytes in PEM, a public one 113.
    var bytes = [UInt8](repeating: 0, count: 256)
    guard let output = BIO_new(BIO_s_mem()) else { fatalError("no memory for a key's text") }
    defer { BIO_free(output) }
    precondition(write(output) == 1, "libcrypto does not write a key: \(OpenSSLFailure("PEM"))")
    let count = BIO_read(output, &bytes, CInt(bytes.count))
    return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
}
