/// What `ce status`, `activate`, `commit`, `rollback` and `abort` print with `--json`.
package struct ShelfReport: Codable, Equatable, Sendable {
    /// Every card was reached and did what it was asked for.
    package var passed: Bool
    /// Of the links to the cards.
    package var linkSecurity: LinkSecurity?
    /// Why a roll-out was stopped, if it was.
    package var stopped: String?
    /// By slot.
    package var cards: [CardStatus]

    package init(cards: [CardStatus], stopped: String? = nil) {
        self.cards = cards
        self.stopped = stopped
        passed = stopped == nil && cards.allSatisfy(\.isDone)
    }

    /// What several groups' commands came to, as one.
    package init(merging reports: [ShelfReport]) {
        let reasons = reports.compactMap(\.stopped).sorted()
        self.init(
            cards: reports.flatMap(\.cards).sorted { $0.slot < $1.slot },
            stopped: reasons.isEmpty ? nil : reasons.joined(separator: "; "))
    }

    enum CodingKeys: String, CodingKey {
        case passed
        case linkSecurity = "link_security"
        case stopped, cards
    }

    // MARK: As a person reads it

    package var lines: [String] {
        var table = ReportTable(
            heading: ["slot", "instance 0", "instance 1", "software", "trial", "remarks"], textColumns: [1, 2, 3, 5])
        for card in cards {
            guard let identity = card.identity else {
                table.add(["\(card.slot)", "?", "?", "?", "", card.reason ?? ""])
                continue
            }
            table.add(
                ["\(card.slot)"] + identity.instances.map(Self.text(of:))
                    + [identity.softwareVersion, Self.trial(identity), Self.remarks(card, identity)])
        }
        let count = cards.count { $0.isDone }
        let ending =
            "\(count) of \(ReportText.count(cards.count, "card")) done"
            + (linkSecurity == .clear ? ", over clear links" : "")
        return table.lines + (stopped.map { ["stopped: \($0)"] } ?? []) + [ending]
    }

    private static func text(of instance: CardStatus.Instance) -> String {
        guard instance.isValid || instance.isActive else { return "–" }
        let marks = [(instance.isActive, "active"), (instance.isCommitted, "committed")].filter(\.0).map(\.1)
        return ([instance.version] + (marks.isEmpty ? ["valid"] : marks)).joined(separator: " ")
    }

    private static func trial(_ identity: CardStatus.Identity) -> String {
        identity.trial.map { "\(ReportText.duration(Double($0.secondsLeft))) left" } ?? ""
    }

    private static func remarks(_ card: CardStatus, _ identity: CardStatus.Identity) -> String {
        var remarks = card.reason.map { [$0] } ?? []
        if !identity.failure.isEmpty, card.reason?.contains(identity.failure) != true {
            remarks.append(identity.failure)
        }
        if let bytes = identity.interruptedBytes {
            remarks.append("a download was begun, \(ReportText.bytes(bytes)) in flash")
        }
        return (remarks + identity.wear.warnings).joined(separator: "; ")
    }
}
