/// Why a TLS session has ended other than in order. One session has one such end.
package enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// This side does not believe the peer's certificate.
    case refused(PeerRefusal)
    /// The peer does not believe this side's certificate, and says so by an alert (RFC 8446 section 6.2).
    case doesNotAccept(PeerName.Role, alert: String)
    /// The peer gives up for another reason.
    case endedByPeer(PeerName.Role, alert: String)
    /// What came is no TLS.
    case notTLS(PeerName.Role)
    /// The stream ended without close_notify (RFC 8446 section 6.1).
    case cutOff(PeerName.Role, inHandshake: Bool)
    /// What came is not what was sent, or breaks the protocol.
    case broken(PeerName.Role, String)

    /// Another connection to the same peer may do better.
    package var mayPass: Bool {
        switch self {
        case .refused, .doesNotAccept, .notTLS: false
        case .endedByPeer, .cutOff, .broken: true
        }
    }

    package var description: String {
        switch self {
        case .refused(let refusal): "\(refusal)"
        case .doesNotAccept(let role, let alert):
            "\(role.inWords) does not accept \(role.peer.inWords)'s certificate (\(alert)); its log says why"
        case .endedByPeer(let role, let alert): "TLS: \(role.inWords) gives the connection up (\(alert))"
        case .notTLS(let role):
            "\(role.inWords) does not speak TLS; is its link clear (link_security: clear)?"
        case .cutOff(let role, inHandshake: true):
            "\(role.inWords) closed the connection during the TLS handshake; does it expect link_security: clear?"
        case .cutOff(let role, inHandshake: false):
            "TLS: the connection was cut off; \(role.inWords) has not closed it (no close_notify)"
        case .broken(let role, let reason): "TLS: what came is not what \(role.inWords) sent: \(reason)"
        }
    }
}
