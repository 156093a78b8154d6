package import Runtime
package import SoftwareImage

/// What one group shall get, and how: a value that the command line, a plan or a scenario makes.
package struct DownloadJob: Sendable {
    package var group: String
    package var manifest: Manifest
    /// In the order of their slots.
    package var cards: [CardTarget]
    package var pool: PoolLayout
    /// Who asks, as the cards see it in hello.
    package var engine: String

    package init(group: String, manifest: Manifest, cards: [CardTarget], pool: PoolLayout, engine: String) {
        self.group = group
        self.manifest = manifest
        self.cards = cards
        self.pool = pool
        self.engine = engine
    }
}

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
