package import TLS

/// What a certificate is to say: also what a wrong one says, for the tests of those who must refuse it.
package struct CertificateRequest: Sendable {
    package var names: [PeerName]
    /// Its extended key usage: a card's is that of a server, a CE's that of a client; nil: none.
    package var use: PeerName.Role?
    package var validity: Validity

    package init(names: [PeerName], use: PeerName.Role?, validity: Validity = .days(30)) {
        self.names = names
        self.use = use
        self.validity = validity
    }
}

/// When a certificate is valid, in seconds from now.
package struct Validity: Sendable {
    package var start: Int
    package var end: Int

    package init(from start: Int, to end: Int) {
        self.start = start
        self.end = end
    }

    /// From an hour ago, for clocks that differ.
    package static func days(_ count: Int) -> Validity { Validity(from: -3600, to: count * 86400) }
}
