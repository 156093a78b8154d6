import COpenSSL
import TLS

/// A peer that is none of ours: libssl with its own rules, which shows whatever it was given.
final class ForeignPeer {
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    /// - Parameters:
    ///   - credentials: nil: it shows none.
    ///   - version: the newest that it speaks.
    init(_ credentials: TLSCredentials?, accepts: Bool, version: CInt = TLS1_3_VERSION) {
        context = SSL_CTX_new(TLS_method())!
        // Anything goes with it: what is tested is what the other side does not take.
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        if version != TLS1_3_VERSION { precondition(copenssl_allow_only_version(context, version) == 1) }
        if let credentials {
            let certificate = Self.read(credentials.certificate) { PEM_read_bio_X509($0, nil, nil, nil) }
            precondition(SSL_CTX_use_certificate(context, certificate) == 1)
            X509_free(certificate)
            let key = Self.read(credentials.key) { PEM_read_bio_PrivateKey($0, nil, nil, nil) }
            precondition(SSL_CTX_use_PrivateKey(context, key) == 1)
            EVP_PKEY_free(key)
        }
        ssl = SSL_new(context)!
        incoming = BIO_new(BIO_s_mem())!
        outgoing = BIO_new(BIO_s_mem())!
        SSL_set_bio(ssl, incoming, outgoing)
        if accepts { SSL_set_accept_state(ssl) } else { SSL_set_connect_state(ssl) }
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    private static func read(_ text: [UInt8], _ body: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer {
        text.withUnsafeBytes { bytes in
            let bio = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count))
            defer { BIO_free(bio) }
            return body(bio)!
        }
    }

    /// Shakes hands with one of ours, until that is done or refuses.
    ///
    /// - Returns: what ours says.
    func sentence(of ours: TLSSession) -> String {
        var buffer = [UInt8](repeating: 0, count: 20_000)
        for _ in 0..<20 {
            do throws(TLSError) {
                if try ours.handshake() == .done { return "fine" }
            } catch {
                return error.description
            }
            if !ours.unsent.isEmpty {
                BIO_write(incoming, ours.unsent.baseAddress, CInt(ours.unsent.count))
                ours.sent(ours.unsent.count)
            }
            SSL_do_handshake(ssl)
            ERR_clear_error()
            let count = BIO_read(outgoing, &buffer, CInt(buffer.count))
            if count > 0 {
                buffer.withUnsafeBytes { _ = ours.receive(UnsafeRawBufferPointer(rebasing: $0[..<Int(count)])) }
            }
        }
        return "the handshake has no end"
    }
}
