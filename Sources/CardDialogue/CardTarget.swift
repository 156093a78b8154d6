package import Runtime
package import TLS

/// A card, where it answers, and how it proves who it is.
package struct CardTarget: Equatable, Sendable {
    /// The position in the shelf, from 1.
    package var slot: Int
    package var endpoint: Endpoint
    /// The serial number of the card that is expected there; nil: any.
    package var serialNumber: String?
    /// The CE's side of its link; nil: a clear link, which proves nothing.
    package var security: TLSContext?

    package init(slot: Int, endpoint: Endpoint, serialNumber: String? = nil, security: TLSContext? = nil) {
        self.slot = slot
        self.endpoint = endpoint
        self.serialNumber = serialNumber
        self.security = security
    }
}
