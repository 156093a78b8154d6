import COpenSSL

/// The credentials and rules of one side of the card links, as libssl keeps them: one for all its connections.
///
/// TLS 1.3 alone, both sides prove who they are, nothing is resumed. Shared by all sessions, and not changed once it is made:
/// then any thread may make sessions of it (openssl-threads(7)).
package final class TLSContext: Sendable, Equatable {
    /// Whose credentials these are.
    package let role: PeerName.Role
    nonisolated(unsafe) let pointer: OpaquePointer

    /// - Parameter role: a CE connects, a card accepts.
    /// - Throws: credentials that are none, do not belong together, or are not those of such a side.
    package init(_ credentials: TLSCredentials, of role: PeerName.Role) throws(TLSCredentialsError) {
        self.role = role
        // No configuration file of the machine's has a say in this (OPENSSL_init_ssl(3)).
        OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
        ErrorQueue.clear()
        guard let context = SSL_CTX_new(TLS_method()) else { throw .unavailable(ErrorQueue.drainedReason()) }
        pointer = context
        try Self.setRules(context)
        try Self.trust(credentials.authority, context)
        try Self.prove(credentials, role, context)
    }

    deinit {
        SSL_CTX_free(pointer)
    }

    package static func == (left: TLSContext, right: TLSContext) -> Bool { left === right }

    private static func setRules(_ context: OpaquePointer) throws(TLSCredentialsError) {
        // SSL_CTX_set_min_proto_version(3): nothing older than 1.3, which has no renegotiation and no weak ciphers.
        try check(copenssl_allow_only_version(context, TLS1_3_VERSION))
        // SSL_CTX_set_ciphersuites(3): AES where the processor has it, which costs a third of ChaCha20; both are sound.
        try check(SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256"))
        // SSL_CTX_set1_groups_list(3): the key share that a client guesses at is the one that is taken, so no second hello.
        try check(copenssl_set_groups(context, "X25519:P-256"))
        SSL_CTX_set_options(context, COPENSSL_OP_NO_RENEGOTIATION | COPENSSL_OP_CIPHER_SERVER_PREFERENCE)
        // SSL_CTX_set_options(3): no records that only look like TLS 1.2 to boxes between; there are none on a card link.
        SSL_CTX_clear_options(context, COPENSSL_OP_ENABLE_MIDDLEBOX_COMPAT)
        // SSL_CTX_set_num_tickets(3), SSL_CTX_set_session_cache_mode(3): nothing is resumed, so nothing is kept or sent.
        try check(SSL_CTX_set_num_tickets(context, 0))
        copenssl_turn_session_cache_off(context)
        // SSL_CTX_set_mode(3): an idle connection gives its 34 KiB back.
        copenssl_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS))
        copenssl_limit_certificates(context, TLSLimits.certificateListBytes)
        // SSL_CTX_set_verify(3): both sides; a peer without a certificate is refused.
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        SSL_CTX_set_verify_depth(context, TLSLimits.depth)
        SSL_CTX_set_cert_verify_callback(context, verifyPeer, nil)
    }

    private static func trust(_ text: [UInt8], _ context: OpaquePointer) throws(TLSCredentialsError) {
        let store = SSL_CTX_get_cert_store(context)
        for certificate in try PEMReader.certificates(text, .authority) {
            // The store counts itself as a further owner.
            let status = X509_STORE_add_cert(store, certificate)
            X509_free(certificate)
            guard status == 1 else { throw .unreadable(.authority, ErrorQueue.drainedReason()) }
        }
    }

    private static func prove(
        _ credentials: TLSCredentials, _ role: PeerName.Role, _ context: OpaquePointer
    ) throws(TLSCredentialsError) {
        let certificates = try PEMReader.certificates(credentials.certificate, .certificate)
        defer { for certificate in certificates { X509_free(certificate) } }
        guard PeerCertificate(certificates[0]).name(of: role) != nil else { throw .wrongName(role) }
        let key = try PEMReader.key(credentials.key)
        defer { EVP_PKEY_free(key) }
        guard SSL_CTX_use_certificate(context, certificates[0]) == 1 else {
            throw .unreadable(.certificate, ErrorQueue.drainedReason())
        }
        for certificate in certificates.dropFirst() {
            X509_up_ref(certificate)
            try check(copenssl_add_chain_certificate(context, certificate))
        }
        guard SSL_CTX_use_PrivateKey(context, key) == 1, SSL_CTX_check_private_key(context) == 1 else {
            ErrorQueue.clear()
            throw .keyDoesNotFit
        }
    }

    private static func check(_ status: CInt) throws(TLSCredentialsError) {
        guard status == 1 else { throw .unavailable(ErrorQueue.drainedReason()) }
    }
}

/// SSL_CTX_set_cert_verify_callback(3): libcrypto's check of the chain, its times and its use, and then our own of the name.
private func verifyPeer(_ store: OpaquePointer?, _ context: UnsafeMutableRawPointer?) -> CInt {
    guard let store, let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
        let data = SSL_get_ex_data(OpaquePointer(ssl), TLSSession.dataIndex)
    else { preconditionFailure("libssl verifies a certificate of no session") }
    let session = Unmanaged<TLSSession>.fromOpaque(data).takeUnretainedValue()
    let isSound = X509_verify_cert(store) == 1
    let refusal = session.judge(
        X509_STORE_CTX_get0_cert(store), error: isSound ? nil : X509_STORE_CTX_get_error(store))
    guard refusal != nil else { return 1 }
    // What is wrong with the name has a code, too: it decides the alert that the peer gets.
    if isSound { X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH) }
    return 0
}
