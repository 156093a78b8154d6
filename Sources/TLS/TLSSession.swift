import COpenSSL
package import Runtime

/// One end of a TLS connection, without a transport: bytes that came go in, bytes that are to be sent come out, and every step
/// has one of a few outcomes. Two of them can be tested mouth to mouth.
///
/// Owned by one connection; touched on its loop alone.
package final class TLSSession {
    /// Where libssl keeps the session (SSL_set_ex_data(3)): index 0 is the application's.
    static let dataIndex: CInt = 0

    package enum Step: Equatable, Sendable {
        case done
        /// Not before more has come from the peer.
        case needsInput
    }

    /// bad_certificate to unknown_ca, access_denied, and certificate_required (RFC 8446 section 6.2).
    private static let certificateAlerts: Set<CInt> = [42, 43, 44, 45, 46, 48, 49, 116]

    private let ssl: OpaquePointer
    private let context: TLSContext
    private let expectedName: String?
    /// From the peer, and to it.
    let input = RecordBuffer(limitBytes: TLSLimits.inputBytes)
    let output = RecordBuffer(limitBytes: TLSLimits.outputBytes)
    /// Who the peer has proven to be.
    package private(set) var peer: PeerName?
    private var refusal: PeerRefusal?
    private var failure: TLSError?
    private var hasSaidGoodbye = false

    /// - Parameter expectedName: the only serial number that is accepted; nil: any that a trusted authority has vouched for.
    package init(_ context: TLSContext, expecting expectedName: String? = nil) {
        self.context = context
        self.expectedName = expectedName
        guard let ssl = SSL_new(context.pointer), let reading = RecordBIO.make(over: input),
            let writing = RecordBIO.make(over: output)
        else { preconditionFailure("no memory for a TLS session: \(ErrorQueue.drainedReason())") }
        self.ssl = ssl
        SSL_set_bio(ssl, reading, writing)
        SSL_set_ex_data(ssl, Self.dataIndex, Unmanaged.passUnretained(self).toOpaque())
        switch context.role {
        case .ce: SSL_set_connect_state(ssl)
        case .card: SSL_set_accept_state(ssl)
        }
    }

    deinit {
        // With its two BIOs, and before the buffers that these lead to.
        SSL_free(ssl)
    }

    var peerRole: PeerName.Role { context.role.peer }
    private var isEstablished: Bool { SSL_is_init_finished(ssl) == 1 }

    // MARK: The transport's side

    /// Adds what has come from the peer.
    ///
    /// - Returns: how much of it: what is left must be offered again after a step.
    package func receive(_ bytes: UnsafeRawBufferPointer) -> Int { input.append(bytes) }

    /// The peer will send nothing more.
    package func receiveEnd() { input.finish() }

    /// What is to be sent now.
    package var unsent: UnsafeRawBufferPointer { output.contents }

    /// So many bytes of it have been sent.
    package func sent(_ count: Int) { output.consume(count) }

    // MARK: Steps

    /// Goes on with the handshake (SSL_do_handshake(3)). What is unsent afterwards has to be sent, also when it throws.
    ///
    /// A CE is done before the card has seen its certificate: that the card refuses it shows at the first `read`.
    package func handshake() throws(TLSError) -> Step {
        try checkHealth()
        ErrorQueue.clear()
        let status = SSL_do_handshake(ssl)
        if status == 1 { return .done }
        guard SSL_get_error(ssl, status) == SSL_ERROR_WANT_READ else { throw fail(inHandshake: true) }
        return .needsInput
    }

    /// Takes what the peer has said, up to the size of `buffer` (SSL_read_ex(3)).
    ///
    /// - Returns: `end` only where the peer has said so itself, by close_notify.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> ReadResult {
        try checkHealth()
        ErrorQueue.clear()
        var count = 0
        let status = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
        if status == 1 { return .bytes(count) }
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ: return .nothingYet
        case SSL_ERROR_ZERO_RETURN: return .end
        default: throw fail(inHandshake: false)
        }
    }

    /// `read` would give something without further input.
    var hasPending: Bool { SSL_pending(ssl) > 0 || !input.isEmpty }

    /// Encrypts `head` and then `body`, all of them (SSL_write_ex(3)): in records of their own, so that neither is copied before.
    ///
    /// - Precondition: nothing is unsent of an earlier write, and there are no more than `TLSLimits.plaintextBytes`.
    package func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer = .empty) throws(TLSError) {
        try checkHealth()
        let records = Self.recordCount(head) + Self.recordCount(body)
        output.reserve(head.count + body.count + records * TLSLimits.recordOverheadBytes)
        try encrypt(head)
        try encrypt(body)
    }

    private static func recordCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        (bytes.count + TLSLimits.recordBytes - 1) / TLSLimits.recordBytes
    }

    private func encrypt(_ bytes: UnsafeRawBufferPointer) throws(TLSError) {
        guard !bytes.isEmpty else { return }
        ErrorQueue.clear()
        var count = 0
        guard SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count) == 1 else { throw fail(inHandshake: false) }
        precondition(count == bytes.count, "libssl took a part: SSL_MODE_ENABLE_PARTIAL_WRITE is not set")
    }

    /// Says that nothing more will come from this side (SSL_shutdown(3)). Does nothing before the handshake has ended, after a
    /// failure, and the second time.
    package func sayGoodbye() {
        guard isEstablished, failure == nil, !hasSaidGoodbye else { return }
        hasSaidGoodbye = true
        ErrorQueue.clear()
        // Below 0 it has failed: then the peer notices that the end is missing.
        if SSL_shutdown(ssl) < 0 { ErrorQueue.clear() }
    }

    // MARK: Failures

    /// libssl must not be asked again after a failure (SSL_get_error(3)).
    private func checkHealth() throws(TLSError) {
        if let failure { throw failure }
    }

    private func fail(inHandshake: Bool) -> TLSError {
        let error = reason(ErrorQueue.drain(), inHandshake: inHandshake)
        failure = error
        return error
    }

    private func reason(_ entry: ErrorQueue.Entry?, inHandshake: Bool) -> TLSError {
        if let refusal { return .refused(refusal) }
        guard let entry else { return .cutOff(peerRole, inHandshake: inHandshake) }
        if let alert = entry.alert {
            let text = String(cString: SSL_alert_desc_string_long(alert))
            let isAboutCertificate = Self.certificateAlerts.contains(alert)
            return isAboutCertificate
                ? .doesNotAccept(peerRole, alert: text) : .endedByPeer(peerRole, alert: text)
        }
        switch entry.sslReason {
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: return .cutOff(peerRole, inHandshake: inHandshake)
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return .refused(.missing(peerRole))
        case SSL_R_WRONG_VERSION_NUMBER where inHandshake, SSL_R_HTTP_REQUEST: return .notTLS(peerRole)
        default: return .broken(peerRole, entry.description)
        }
    }

    /// libssl asks whether the peer's certificate is believed.
    ///
    /// - Parameter error: libcrypto's objection (X509_STORE_CTX_get_error(3)); nil: the chain is sound.
    /// - Returns: what is wrong with it.
    func judge(_ certificate: OpaquePointer?, error: CInt?) -> PeerRefusal? {
        refusal = objection(certificate.map { PeerCertificate($0) }, error)
        return refusal
    }

    private func objection(_ certificate: PeerCertificate?, _ error: CInt?) -> PeerRefusal? {
        guard let certificate else { return .missing(peerRole) }
        switch error {
        case nil: break
        case X509_V_ERR_CERT_HAS_EXPIRED: return .expired(peerRole, certificate.end)
        case X509_V_ERR_CERT_NOT_YET_VALID: return .notYetValid(peerRole, certificate.start)
        case X509_V_ERR_INVALID_PURPOSE: return .wrongUse(peerRole)
        case let code?: return .untrusted(peerRole, String(cString: X509_verify_cert_error_string(Int(code))))
        }
        guard let name = certificate.name(of: peerRole) else { return .unnamed(peerRole) }
        if let expectedName, expectedName != name.name {
            return .wrongName(peerRole, expected: expectedName, found: name.name)
        }
        peer = name
        return nil
    }
}
