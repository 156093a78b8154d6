import Reports

/// A download's result as a person reads it.
struct DownloadSummary {
    private let report: DownloadReport

    init(_ report: DownloadReport) {
        self.report = report
    }

    var text: String {
        (report.groups.map(heading) + links + warnings + table + failures + [ending]).joined(separator: "\n")
    }

    private func heading(_ group: GroupReport) -> String {
        "group \(group.name): version \(group.version), \(ReportText.bytes(group.imageBytes)), "
            + "\(ReportText.count(group.serverSessions, "transfer")) of \(ReportText.bytes(group.serverBytes)) in all, "
            + "pool \(ReportText.bytes(group.poolPeakBytes)) of \(ReportText.bytes(group.poolBudgetBytes))"
    }

    private var warnings: [String] { report.groups.compactMap(\.warning) }

    private var links: [String] {
        report.linkSecurity == .clear
            ? ["links to the cards are clear: nobody has shown a certificate (link_security: clear)"] : []
    }

    private var table: [String] {
        let namesGroups = report.groups.count > 1
        var table = ReportTable(
            heading: ["slot"] + (namesGroups ? ["group"] : []) + ["outcome", "state", "time", "sent", "reason"])
        for card in report.cards {
            let group = namesGroups ? [card.group] : []
            table.add(
                ["\(card.slot)"] + group + [
                    card.outcome.rawValue, card.state?.rawValue ?? "",
                    ReportText.duration(card.elapsedSeconds),
                    ReportText.bytes(card.bytes), reason(of: card),
                ])
        }
        return table.lines
    }

    /// What keeps the image from every card is told once, at the end.
    private func reason(of card: CardReport) -> String {
        guard let reason = card.reason else { return "" }
        return report.groups.contains { $0.serverFailure == reason } ? "no image" : reason
    }

    private var failures: [String] {
        report.groups.compactMap { group in group.serverFailure.map { "group \(group.name): \($0)" } }
    }

    /// What all groups had together.
    private var pool: String {
        guard report.groups.count > 1 else { return "" }
        return "pools of all groups: \(ReportText.bytes(report.ce.poolPeakBytes)) at most at a time of "
            + "\(ReportText.bytes(report.ce.poolBudgetBytes))\n"
    }

    private var ending: String {
        let counts = Outcome.allCases.compactMap { outcome -> String? in
            let count = report.cards.count { $0.outcome == outcome }
            return count > 0 ? "\(count) \(outcome.rawValue)" : nil
        }
        return pool + "\(report.passed ? "done" : "NOT done") in \(ReportText.duration(report.elapsedSeconds)): "
            + counts.joined(separator: ", ")
    }
}
