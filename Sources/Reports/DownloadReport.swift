/// What `ce download --json` prints: one run of the CE, as the CE saw it.
package struct DownloadReport: Codable, Equatable, Sendable {
    package var mode: DownloadMode
    /// Of the links to the cards; nil where it is not known.
    package var linkSecurity: LinkSecurity?
    /// Every card has the image, and is where the plan wants it: `success` or `skipped`.
    package private(set) var passed: Bool
    /// From the start to the end of the last group, what followed its download included.
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
        passed = false
        judge()
    }

    /// Changes what is said of the cards, and whether that is a success.
    package mutating func update(_ change: (inout CardReport) -> Void) {
        for index in cards.indices { change(&cards[index]) }
        judge()
    }

    /// Adds the time that followed a group's own download.
    package mutating func add(rolloutSeconds: Double, ofGroup name: String) {
        guard let index = groups.firstIndex(where: { $0.name == name }) else { return }
        groups[index].rolloutSeconds = rolloutSeconds
        let group = groups[index]
        elapsedSeconds = max(elapsedSeconds, group.startedSeconds + group.elapsedSeconds + rolloutSeconds)
    }

    private mutating func judge() {
        passed = cards.allSatisfy { $0.outcome == .success || $0.outcome == .skipped }
    }

    enum CodingKeys: String, CodingKey {
        case mode
        case linkSecurity = "link_security"
        case passed
        case elapsedSeconds = "elapsed_s"
        case groups, cards, ce
    }
}
