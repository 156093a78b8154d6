/// The waits and buffers of a TLS connection, each with its reason.
package enum TLSLimits {
    /// Until a handshake has ended: two round trips and a few milliseconds of arithmetic, on the slowest link.
    package static let handshake: Duration = .seconds(5)
    /// How long a peer that was refused may take to read why, before the connection is closed under it.
    package static let linger: Duration = .seconds(1)
    /// How much of what such a peer still sends is read and thrown away, in bytes: a section.
    package static let lingerBytes = 64 << 10
    /// How much one write encrypts, in bytes: the largest section with its header, so that it costs one system call.
    package static let plaintextBytes = 66 << 10
    /// Encrypted bytes that may wait for the transport: those of one such write, and an alert behind it. A handshake needs
    /// less. In bytes.
    package static let outputBytes = plaintextBytes + 8 * recordOverheadBytes + 4096
    /// What is taken from the transport at once, in bytes: nearly a record, and small enough to come from a card's heap.
    package static let inputBytes = 15 << 10
    /// A record's header, its inner type and its tag (RFC 8446 section 5.2), in bytes.
    package static let recordOverheadBytes = 5 + 1 + 16
    /// The most plaintext of a record, in bytes (RFC 8446 section 5.1).
    package static let recordBytes = 16 << 10
    /// Certificates that one side may show, with those of the authorities between: SSL_CTX_set_max_cert_list(3), in bytes.
    package static let certificateListBytes = 16 << 10
    /// Authorities between a certificate and the one that is trusted (SSL_CTX_set_verify_depth(3)).
    package static let depth: Int32 = 4
    /// Each of the three parts of a side's credentials, as PEM, in bytes: a bundle of some authorities.
    package static let credentialBytes = 16 << 10
    /// A card's serial number or a CE's name, in bytes.
    package static let nameBytes = 255
}
