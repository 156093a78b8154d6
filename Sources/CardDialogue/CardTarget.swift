package import Runtime

/// A card, and where it answers.
package struct CardTarget: Equatable, Sendable {
    /// The position in the shelf, from 1.
    package var slot: Int
    package var endpoint: Endpoint

    package init(slot: Int, endpoint: Endpoint) {
        self.slot = slot
        self.endpoint = endpoint
    }
}
