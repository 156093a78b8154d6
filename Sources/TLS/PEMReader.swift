import COpenSSL

/// Certificates and keys from their text (RFC 7468), by libcrypto.
enum PEMReader {
    /// All certificates of a text; at least one. The caller frees each (X509_free(3)).
    static func certificates(
        _ text: [UInt8], _ part: TLSCredentialsError.Part
    ) throws(TLSCredentialsError) -> [OpaquePointer] {
        var certificates: [OpaquePointer] = []
        try withBIO(text, part) { bio in
            while let certificate = PEM_read_bio_X509(bio, nil, noPassphrase, nil) { certificates.append(certificate) }
        }
        // The end of the text is an error to libcrypto, too.
        let reason = ErrorQueue.drainedReason()
        guard !certificates.isEmpty else { throw .unreadable(part, reason) }
        return certificates
    }

    /// The caller frees it (EVP_PKEY_free(3)).
    static func key(_ text: [UInt8]) throws(TLSCredentialsError) -> OpaquePointer {
        var key: OpaquePointer?
        try withBIO(text, .key) { key = PEM_read_bio_PrivateKey($0, nil, noPassphrase, nil) }
        guard let key else { throw .unreadable(.key, ErrorQueue.drainedReason()) }
        return key
    }

    private static func withBIO(
        _ text: [UInt8], _ part: TLSCredentialsError.Part, _ body: (OpaquePointer) -> Void
    ) throws(TLSCredentialsError) {
        guard text.count <= TLSLimits.credentialBytes else { throw .tooLong(part) }
        ErrorQueue.clear()
        let done = text.withUnsafeBytes { bytes -> Bool in
            guard let bio = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count)) else { return false }
            body(bio)
            BIO_free(bio)
            return true
        }
        guard done else { throw .unreadable(part, ErrorQueue.drainedReason()) }
    }
}

/// pem_password_cb(3). Without it libcrypto asks on the terminal.
private func noPassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: CInt, _ isWriting: CInt, _ context: UnsafeMutableRawPointer?
) -> CInt { -1 }
