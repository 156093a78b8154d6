import COpenSSL

/// An Ed25519 key.
final class PrivateKey {
    let pointer: OpaquePointer

    init() throws(CertificateError) {
        guard let key = copenssl_make_ed25519_key() else { throw CertificateError("making a key") }
        pointer = key
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    func pem() throws(CertificateError) -> [UInt8] {
        try PEMText.write("writing a key") { PEM_write_bio_PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }
}
