import COpenSSL

/// An X.509 certificate (RFC 5280) that is made here.
final class Certificate {
    private let pointer: OpaquePointer

    /// - Parameters:
    ///   - extensions: their numbers and values (x509v3_config(5)).
    ///   - issuer: nil: itself.
    init(
        commonName: String, key: PrivateKey, serialNumber: UInt64, validity: Validity, extensions: [(CInt, String)],
        issuer: Certificate?, issuerKey: PrivateKey
    ) throws(CertificateError) {
        guard let certificate = X509_new() else { throw CertificateError("making a certificate") }
        pointer = certificate
        // Version 3 is written as 2.
        try Self.check("version", X509_set_version(certificate, 2))
        try Self.check("serial number", ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serialNumber))
        guard X509_gmtime_adj(X509_getm_notBefore(certificate), validity.start) != nil,
            X509_gmtime_adj(X509_getm_notAfter(certificate), validity.end) != nil
        else { throw CertificateError("setting a certificate's time") }
        try Self.check(
            "name",
            X509_NAME_add_entry_by_NID(
                X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8, Array(commonName.utf8),
                CInt(commonName.utf8.count), -1, 0))
        let parent = issuer?.pointer ?? certificate
        try Self.check("issuer", X509_set_issuer_name(certificate, X509_get_subject_name(parent)))
        try Self.check("key", X509_set_pubkey(certificate, key.pointer))
        for (number, value) in extensions { try add(number, value, issuer: parent) }
        // Ed25519 has its digest in it (EVP_SIGNATURE-ED25519(7)).
        guard X509_sign(certificate, issuerKey.pointer, nil) > 0 else {
            throw CertificateError("signing a certificate")
        }
    }

    deinit {
        X509_free(pointer)
    }

    func pem() throws(CertificateError) -> [UInt8] {
        try PEMText.write("writing a certificate") { PEM_write_bio_X509($0, pointer) }
    }

    private func add(_ number: CInt, _ value: String, issuer: OpaquePointer) throws(CertificateError) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, pointer, nil, nil, 0)
        guard let made = X509V3_EXT_conf_nid(nil, &context, number, value) else {
            throw CertificateError("the extension \(value)")
        }
        defer { X509_EXTENSION_free(made) }
        try Self.check("extension \(value)", X509_add_ext(pointer, made, -1))
    }

    private static func check(_ field: String, _ status: CInt) throws(CertificateError) {
        guard status == 1 else { throw CertificateError("setting a certificate's \(field)") }
    }
}
