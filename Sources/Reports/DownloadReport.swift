/// What `ce download --json` prints: one run of the CE, as the CE saw it.
package struct DownloadReport: Codable, Equatable, Sendable {
    package var mode: DownloadMode
    /// Every card has the image: `success` or `skipped`.
    package var passed: Bool
    package var elapsedSeconds: Double
    package var groups: [GroupReport]
    /// By slot.
    package var cards: [CardReport]
    package var ce: ResourceReport

    package init(
        mode: DownloadMode, elapsedSeconds: Double, groups: [GroupReport], cards: [CardReport], ce: ResourceReport
    ) {
        self.mode = mode
        self.elapsedSeconds = elapsedSeconds
        self.groups = groups
        self.cards = cards
        self.ce = ce
        passed = cards.allSatisfy { $0.outcome == .success || $0.outcome == .skipped }
    }

    enum CodingKeys: String, CodingKey {
        case mode, passed
        case elapsedSeconds = "elapsed_s"
        case groups, cards, ce
    }
}
