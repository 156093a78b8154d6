/// Why a peer's certificate is not believed.
package enum PeerRefusal: Equatable, Sendable, CustomStringConvertible {
    /// None of the trusted authorities vouches for it; libcrypto's reason.
    case untrusted(PeerName.Role, String)
    /// Its time is over, since then.
    case expired(PeerName.Role, String)
    /// Its time comes, at that time.
    case notYetValid(PeerName.Role, String)
    /// Its extended key usage is another one.
    case wrongUse(PeerName.Role)
    /// It names no such peer, or more than one.
    case unnamed(PeerName.Role)
    /// It is another card's.
    case wrongName(PeerName.Role, expected: String, found: String)
    case missing(PeerName.Role)

    package var description: String {
        switch self {
        case .untrusted(let role, let reason):
            "\(role.inWords)'s certificate is not from a trusted authority (\(reason)); look at the authority file"
        case .expired(let role, let time): "\(role.inWords)'s certificate expired at \(time); renew it"
        case .notYetValid(let role, let time):
            "\(role.inWords)'s certificate is valid from \(time) on; look at both clocks"
        case .wrongUse(let role):
            "\(role.inWords)'s certificate is not for \(role.inWords) (extended key usage); give it one of its own"
        case .unnamed(let role):
            "\(role.inWords)'s certificate is not for one \(role == .card ? "card" : "CE") (URI:\(role.rawValue):NAME); give it one of its own"
        case .wrongName(let role, let expected, let found):
            "\(role.inWords)'s certificate is that of \(Self.escaped(found)), and \(expected) was expected; look at the slot"
        case .missing(let role): "\(role.inWords) shows no certificate"
        }
    }

    /// A name is the peer's word.
    private static func escaped(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : Character($0) })
    }
}
