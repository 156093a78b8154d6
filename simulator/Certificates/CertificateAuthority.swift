import COpenSSL
package import TLS

/// A throw-away authority: its key is made when it is, lives in memory, and dies with it.
///
/// Ed25519 throughout: its keys and signatures always have the same length, so that what a handshake sends on an emulated link
/// takes the same time in every run.
package final class CertificateAuthority {
    /// Serial numbers of certificates begin here and grow, so that all have the same length.
    private static let firstSerialNumber: UInt64 = 1 << 40

    /// ub-common-name (RFC 5280 appendix A.1).
    private static let commonNameCharacters = 64

    private let key: PrivateKey
    private let certificate: Certificate
    private var lastSerialNumber = firstSerialNumber

    /// - Throws: what libcrypto says.
    package init(name: String = "simulated shelf") throws(CertificateError) {
        key = try PrivateKey()
        let validity = Validity.days(30)
        certificate = try Certificate(
            commonName: name, key: key, serialNumber: Self.firstSerialNumber, validity: validity,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ],
            issuer: nil, issuerKey: key)
    }

    /// What whoever trusts this authority holds of it, in PEM.
    package var pem: [UInt8] { get throws(CertificateError) { try certificate.pem() } }

    /// Makes a key, and a certificate for it.
    package func issue(_ request: CertificateRequest) throws(CertificateError) -> TLSCredentials {
        lastSerialNumber += 1
        let ownKey = try PrivateKey()
        var extensions = [
            (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
            (NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid"),
        ]
        switch request.use {
        case .card: extensions.append((NID_ext_key_usage, "serverAuth"))
        case .ce: extensions.append((NID_ext_key_usage, "clientAuth"))
        case nil: break
        }
        if !request.names.isEmpty {
            extensions.append((NID_subject_alt_name, request.names.map { "URI:\($0.uri)" }.joined(separator: ",")))
        }
        let issued = try Certificate(
            commonName: String((request.names.first?.name ?? "nobody").prefix(Self.commonNameCharacters)), key: ownKey,
            serialNumber: lastSerialNumber, validity: request.validity, extensions: extensions, issuer: certificate,
            issuerKey: key)
        return TLSCredentials(authority: try pem, certificate: try issued.pem(), key: try ownKey.pem())
    }

    /// The credentials of a card or a CE, as they should be.
    package func credentials(for name: PeerName) throws(CertificateError) -> TLSCredentials {
        try issue(CertificateRequest(names: [name], use: name.role))
    }
}
