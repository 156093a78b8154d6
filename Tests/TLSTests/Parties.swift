import Certificates
import TLS

/// Certificates for the tests, made once.
enum Parties {
    static let serialNumber = "SIM-ADSL-00001"
    static let cardName = PeerName(.card, serialNumber)
    static let ceName = PeerName(.ce, "shelf 1")

    /// A card and a CE that trust the same authority, and how each is used.
    struct Pair: Sendable {
        var card: TLSCredentials
        var ce: TLSCredentials

        func contexts() throws -> (card: TLSContext, ce: TLSContext) {
            (try TLSContext(card, of: .card), try TLSContext(ce, of: .ce))
        }
    }

    static func pair() throws -> Pair {
        let authority = try CertificateAuthority()
        return Pair(card: try authority.credentials(for: cardName), ce: try authority.credentials(for: ceName))
    }

    /// The same, with a certificate of the card's that is not as it should be.
    static func pair(card request: CertificateRequest) throws -> Pair {
        let authority = try CertificateAuthority()
        return Pair(card: try authority.issue(request), ce: try authority.credentials(for: ceName))
    }

    static func pair(ce request: CertificateRequest) throws -> Pair {
        let authority = try CertificateAuthority()
        return Pair(card: try authority.credentials(for: cardName), ce: try authority.issue(request))
    }

    /// Neither trusts the other's authority.
    static func strangers() throws -> Pair {
        Pair(
            card: try CertificateAuthority().credentials(for: cardName),
            ce: try CertificateAuthority().credentials(for: ceName))
    }

    /// The card trusts the CE's authority, and not the other way round.
    static func unknownCard() throws -> Pair {
        let (ours, other) = (try CertificateAuthority(), try CertificateAuthority())
        let card = try other.credentials(for: cardName)
        return Pair(
            card: TLSCredentials(authority: try ours.pem, certificate: card.certificate, key: card.key),
            ce: try ours.credentials(for: ceName))
    }

    static func unknownCE() throws -> Pair {
        let (ours, other) = (try CertificateAuthority(), try CertificateAuthority())
        let ce = try other.credentials(for: ceName)
        return Pair(
            card: try ours.credentials(for: cardName),
            ce: TLSCredentials(authority: try ours.pem, certificate: ce.certificate, key: ce.key))
    }
}
