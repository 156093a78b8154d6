internal import COpenSSL

/// A key of libcrypto's (EVP_PKEY_new(3)), freed with its owner.
struct EVPKey: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// An Ed25519 public key from its 32 bytes (EVP_PKEY_new_raw_public_key(3)).
    init?(publicBytes: [UInt8]) {
        guard let pointer = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicBytes, publicBytes.count) else {
            ERR_clear_error()
            return nil
        }
        self.pointer = pointer
    }

    /// An Ed25519 private key from its 32 bytes (EVP_PKEY_new_raw_private_key(3)).
    init?(privateBytes: [UInt8]) {
        guard let pointer = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, privateBytes, privateBytes.count) else {
            ERR_clear_error()
            return nil
        }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }

    /// The 32 bytes of the public half.
    func publicBytes() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(pointer, &bytes, &count) == 1, count == bytes.count else {
            ERR_clear_error()
            return nil
        }
        return bytes
    }

    /// One use of a digest context (EVP_MD_CTX_new(3)), which is freed afterwards.
    func withContext<Result>(_ body: (_ context: OpaquePointer, _ key: OpaquePointer) -> Result) -> Result {
        guard let context = EVP_MD_CTX_new() else { fatalError("no memory for a digest context") }
        defer { EVP_MD_CTX_free(context) }
        return body(context, pointer)
    }
}
