package import Runtime

/// What a CE's downloads may use of its links, all groups together; may be changed while they run.
package struct DownloadRates: Sendable {
    /// From all file servers.
    package let server: RateLimit
    /// To all cards.
    package let cards: RateLimit

    package init(server: RateLimit, cards: RateLimit) {
        self.server = server
        self.cards = cards
    }
}
