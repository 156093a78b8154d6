import COpenSSL

/// Text in PEM (RFC 7468) as libcrypto writes it.
enum PEMText {
    /// - Parameter body: writes to a BIO, and returns 1 when it could.
    static func write(_ operation: String, _ body: (OpaquePointer) -> CInt) throws(CertificateError) -> [UInt8] {
        guard let bio = BIO_new(BIO_s_mem()) else { throw CertificateError(operation) }
        defer { BIO_free(bio) }
        guard body(bio) == 1 else { throw CertificateError(operation) }
        var start: UnsafePointer<CChar>?
        let count = copenssl_memory_bytes(bio, &start)
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
