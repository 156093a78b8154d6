package import Reports
package import Scenarios

/// Holds a run's report against what its scenario expects.
package enum Judge {
    /// Sets `passed` and `failures`.
    ///
    /// - Parameter problems: what was found wrong beside the report, a sentence each.
    package static func judge(_ report: inout RunReport, _ expectation: ScenarioExpectation, problems: [String]) {
        var failures = problems
        let exitFailures = exitFailures(report, expectation.exit)
        failures += exitFailures
        failures += expectation.metrics.compactMap { metric in
            // How fast a download was says nothing where it did not take place.
            exitFailures.isEmpty || !metric.metric.comparesWays ? failure(of: metric, in: report) : nil
        }
        report.failures = failures
        report.passed = failures.isEmpty
    }

    private static func exitFailures(_ report: RunReport, _ exit: ScenarioExpectation.Exit) -> [String] {
        let wrong = report.cards.filter { !$0.outcome.hasImage }
        switch exit {
        case .success:
            return alike(wrong).map { cards in
                "\(names(of: cards)) expected to succeed, and \(cards[0].outcome.rawValue): \(cards[0].reason ?? "")"
            }
        case .failure:
            return wrong.isEmpty ? ["the download was expected to fail, and every card has the image"] : []
        }
    }

    /// Cards with the same outcome and reason together, in the order of their first slots.
    private static func alike(_ cards: [CardReport]) -> [[CardReport]] {
        var groups: [[CardReport]] = []
        for card in cards {
            if let index = groups.firstIndex(where: { $0[0].outcome == card.outcome && $0[0].reason == card.reason }) {
                groups[index].append(card)
            } else {
                groups.append([card])
            }
        }
        return groups
    }

    private static func names(of cards: [CardReport]) -> String {
        cards.count == 1 ? "slot \(cards[0].slot) was" : "slots \(ReportText.ranges(cards.map(\.slot))) were"
    }

    private static func failure(of expectation: MetricExpectation, in report: RunReport) -> String? {
        // A bound on a comparison of ways makes sense for the parallel way alone.
        if report.mode != .parallel && expectation.metric.comparesWays { return nil }
        guard let seen = value(of: expectation.metric, in: report) else {
            // On the virtual clock the CE is no process, and has no memory of its own.
            return report.clock == .virtual ? nil : "\(expectation) was expected, and there is no such figure"
        }
        return expectation.holds(seen)
            ? nil : "\(expectation) was expected, and it is \(text(of: seen, expectation.metric.unit))"
    }

    private static func value(of metric: Metric, in report: RunReport) -> Double? {
        switch metric {
        case .elapsed: report.elapsedSeconds
        case .efficiency: report.efficiency
        case .groupEfficiency: report.groups.compactMap(\.efficiency).min()
        case .speedup: report.speedup
        case .speedupPipelined: report.speedupPipelined
        case .poolPeak: Double(report.ce.poolPeakBytes)
        case .serverSessions: Double(report.groups.reduce(0) { $0 + $1.serverSessions })
        case .serverBytes: Double(report.groups.reduce(0) { $0 + $1.serverBytes })
        case .resident: report.clock == .real ? Double(report.ce.maximumResidentBytes) : nil
        case .anonymous: report.clock == .real ? Double(report.ce.maximumAnonymousBytes) : nil
        }
    }

    private static func text(of value: Double, _ unit: Metric.Unit) -> String {
        switch unit {
        case .seconds: ReportText.duration(value)
        case .ratio: ReportText.fixed(value, 3)
        case .bytes: ReportText.bytes(UInt64(value))
        case .count: "\(Int(value))"
        }
    }
}

extension Metric {
    /// Whether it says how good the parallel way is, and nothing of a baseline's own run.
    fileprivate var comparesWays: Bool {
        switch self {
        case .efficiency, .groupEfficiency, .speedup, .speedupPipelined, .serverSessions, .serverBytes, .elapsed: true
        case .poolPeak, .resident, .anonymous: false
        }
    }
}
