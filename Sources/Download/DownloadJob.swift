package import CardDialogue
package import Reports
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
    package var stalls: StallPolicy
    /// For the proof that a mistake is found.
    package var defect: DownloadDefect?
    /// Where the image comes from.
    package var sourceChoice = SourceChoice.server
    /// Cards outside of the group that the image may be read back from.
    package var donors: [CardTarget] = []

    package init(
        group: String, manifest: Manifest, cards: [CardTarget], pool: PoolLayout, engine: String,
        stalls: StallPolicy = .stallBudget
    ) {
        self.stalls = stalls
        self.group = group
        self.manifest = manifest
        self.cards = cards
        self.pool = pool
        self.engine = engine
    }
}
