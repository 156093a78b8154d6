import Reports

/// A download's result as a person reads it.
struct DownloadSummary {
    private let report: DownloadReport
    private let version: String

    init(_ report: DownloadReport, version: String) {
        self.report = report
        self.version = version
    }

    var text: String {
        (report.groups.map(heading) + table + [ending]).joined(separator: "\n")
    }

    private func heading(_ group: GroupReport) -> String {
        "group \(group.name): version \(version), \(ReportText.bytes(group.imageBytes)), "
            + "\(ReportText.count(group.serverSessions, "transfer")) of \(ReportText.bytes(group.serverBytes)) in all, "
            + "pool \(ReportText.bytes(group.poolPeakBytes)) of \(ReportText.bytes(group.poolBudgetBytes))"
    }

    private var table: [String] {
        var table = ReportTable(heading: ["slot", "outcome", "time", "sent", "reason"])
        for card in report.cards {
            table.add([
                "\(card.slot)", card.outcome.rawValue, ReportText.duration(card.elapsedSeconds),
                ReportText.bytes(card.bytes), card.reason ?? "",
            ])
        }
        return table.lines
    }

    private var ending: String {
        let counts = Outcome.allCases.compactMap { outcome -> String? in
            let count = report.cards.count { $0.outcome == outcome }
            return count > 0 ? "\(count) \(outcome.rawValue)" : nil
        }
        return "\(report.passed ? "done" : "NOT done") in \(ReportText.duration(report.elapsedSeconds)): "
            + counts.joined(separator: ", ")
    }
}
