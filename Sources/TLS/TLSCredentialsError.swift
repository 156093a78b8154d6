/// Why credentials cannot be used.
package enum TLSCredentialsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was expected and is not in the text, and libcrypto's reason.
    case unreadable(Part, String)
    case tooLong(Part)
    /// The key is another certificate's.
    case keyDoesNotFit
    /// The certificate is not for this side: it has to name exactly one peer, of this role.
    case wrongName(PeerName.Role)
    /// libssl cannot be set up.
    case unavailable(String)

    package enum Part: String, Sendable {
        case authority, certificate, key
    }

    /// The part that is to be changed; nil when none is to blame.
    package var part: Part? {
        switch self {
        case .unreadable(let part, _), .tooLong(let part): part
        case .keyDoesNotFit: .key
        case .wrongName: .certificate
        case .unavailable: nil
        }
    }

    package var description: String {
        switch self {
        case .unreadable(let part, let reason): "holds no \(part.rawValue) in PEM (\(reason))"
        case .tooLong: "has more than \(TLSLimits.credentialBytes) bytes"
        case .keyDoesNotFit: "is not the key of the certificate"
        case .wrongName(let role):
            "is not \(role.inWords)'s: expected exactly one subject alternative name URI:\(role.rawValue):NAME"
        case .unavailable(let reason): "TLS is not to be had: \(reason)"
        }
    }
}
