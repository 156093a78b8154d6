package import Reports

/// A run's result as a person reads it in five seconds; made from the report alone.
package struct RunSummary {
    private let report: RunReport

    package init(_ report: RunReport) {
        self.report = report
    }

    package var text: String {
        ([verdict] + (cards + warnings + time + costs + failures).map { "  " + $0 }).joined(separator: "\n")
    }

    private var verdict: String {
        "\(report.scenario): \(report.passed ? "PASSED" : "FAILED")  "
            + "(\(report.mode.rawValue), \(report.clock.rawValue) clock, seed \(report.seed))"
    }

    private var hasOneGroup: Bool { report.groups.count == 1 }

    private var cards: [String] {
        report.groups.map { group in
            let all = report.cards.filter { $0.group == group.name }
            let counts = Outcome.allCases.compactMap { outcome -> String? in
                let count = all.count { $0.outcome == outcome }
                return count > 0 ? "\(count) \(outcome.rawValue)" : nil
            }
            let cards = "\(counts.joined(separator: ", ")) of \(all.count)"
            if hasOneGroup {
                return "cards       \(cards); image of \(ReportText.bytes(group.imageBytes))\(check(all))"
            }
            return "\(padded(group.name))\(cards)\(check(all)); \(ReportText.bytes(group.imageBytes)) in "
                + "\(ReportText.duration(group.elapsedSeconds))\(efficiency(of: group)); \(source(of: group)); pool "
                + "\(ReportText.bytes(group.poolPeakBytes))"
        }
    }

    private var warnings: [String] { report.groups.compactMap(\.warning) }

    /// To the width of the headings.
    private func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(2, 12 - name.count))
    }

    private func efficiency(of group: GroupReport) -> String {
        group.efficiency.map { ", efficiency \(ReportText.percent($0))" } ?? ""
    }

    private func source(of group: GroupReport) -> String {
        "\(ReportText.count(group.serverSessions, "transfer")), \(ReportText.bytes(group.serverBytes)) in all, "
            + "counted by the \(group.serverCountedBy)"
    }

    /// What the simulator saw in the flash of those cards that are said to have the image.
    private func check(_ cards: [CardReport]) -> String {
        let holders = cards.filter(\.outcome.hasImage)
        if holders.isEmpty { return "" }
        let wrong = holders.filter { !$0.digestIsOK }.map(\.slot)
        return wrong.isEmpty
            ? ", \(holders.count == cards.count ? "every flash" : "their flash") compared byte for byte"
            : ", WRONG in the flash of slot \(ReportText.ranges(wrong))"
    }

    private var time: [String] {
        var lines = ["time        \(ReportText.duration(report.elapsedSeconds))"]
        if report.efficiency > 0 {
            lines[0] +=
                "; at least \(ReportText.duration(report.lowerBoundSeconds)) whatever one does: "
                + "efficiency \(ReportText.percent(report.efficiency))"
        }
        if let serial = report.serialSeconds, let pipelined = report.serialPipelinedSeconds,
            report.passed || report.efficiency > 0
        {
            lines.append(
                "serial      \(ReportText.duration(serial))\(times(report.speedup)), pipelined "
                    + "\(ReportText.duration(pipelined))\(times(report.speedupPipelined)), by the "
                    + "\(report.serialClock?.rawValue ?? "") clock")
        }
        return lines
    }

    private func times(_ speedup: Double?) -> String {
        guard report.mode == .parallel, let speedup else { return "" }
        return " (\(ReportText.fixed(speedup, 1)) x)"
    }

    private var costs: [String] {
        var lines =
            report.linkSecurity == .clear ? ["links       clear: nobody has shown a certificate"] : []
        lines += hasOneGroup ? ["server      \(source(of: report.groups[0]))"] : []
        if let group = report.groups.first {
            lines.append(
                "pool        \(ReportText.bytes(report.ce.poolPeakBytes)) at most of "
                    + "\(ReportText.bytes(report.ce.poolBudgetBytes)), blocks of \(ReportText.bytes(group.blockBytes))"
                    + (hasOneGroup ? "" : ", of all groups together"))
        }
        guard report.clock == .real, report.ce.maximumResidentBytes > 0 else { return lines }
        lines.append(
            "CE          \(ReportText.bytes(report.ce.maximumAnonymousBytes)) of memory (resident with the program's own "
                + "\(ReportText.bytes(report.ce.maximumResidentBytes))), \(ReportText.fixed(report.ce.cpuSeconds, 2)) s of CPU, "
                + "kernel buffers of at most \(ReportText.bytes(report.ce.kernelSendBytesLimit))")
        return lines
    }

    private var failures: [String] {
        // The first ones explain; a thousand of the same kind do not.
        let shown = report.failures.prefix(10).map { "FAILED      \($0)" }
        let rest = report.failures.count - shown.count
        return shown + (rest > 0 ? ["            and \(rest) more; see the report"] : [])
    }
}
