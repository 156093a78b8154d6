/// What one side of a card link proves itself with, and whom it believes: three texts in PEM (RFC 7468).
package struct TLSCredentials: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The certificates of those who may vouch for the peer.
    package let authority: [UInt8]
    /// This side's certificate, and behind it those of the authorities between it and the peer's trusted one.
    package let certificate: [UInt8]
    /// The key of that certificate, not encrypted.
    package let key: [UInt8]

    package init(authority: [UInt8], certificate: [UInt8], key: [UInt8]) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
    }

    /// A key must not get into a log by way of whatever holds it.
    package var description: String { "credentials" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
