import Reports
import Scenarios

/// Figures and their bounds.
extension Judge {
    func failure(of expectation: MetricExpectation, in report: RunReport) -> String? {
        // A bound on a comparison of ways makes sense for the parallel way alone.
        if report.mode != .parallel && expectation.metric.comparesWays { return nil }
        guard let seen = value(of: expectation.metric, in: report) else {
            // On the virtual clock the CE is no process, and has no memory of its own.
            return report.clock == .virtual ? nil : "\(expectation) was expected, and there is no such figure"
        }
        return expectation.holds(seen)
            ? nil : "\(expectation) was expected, and it is \(Self.text(of: seen, expectation.metric.unit))"
    }

    private func value(of metric: Metric, in report: RunReport) -> Double? {
        switch metric {
        case .elapsed: report.elapsedSeconds
        case .efficiency: report.efficiency
        case .groupEfficiency: report.groups.compactMap(\.efficiency).min()
        case .speedup: report.speedup
        case .speedupPipelined: report.speedupPipelined
        case .poolPeak: Double(report.ce.poolPeakBytes)
        case .serverSessions: Double(report.groups.reduce(0) { $0 + $1.serverSessions })
        case .serverBytes: Double(report.groups.reduce(0) { $0 + $1.serverBytes })
        case .donorBytes: Double(report.cards.reduce(0) { $0 + $1.donorBytes })
        case .resentBytes: Double(resentBytes(report))
        case .detached: Double(report.cards.count { $0.isDetached })
        case .restarts: Double(record.restarts.values.reduce(0, +))
        case .wear: Double(record.lives.values.map(\.wear).max() ?? 0)
        case .resident: report.clock == .real ? Double(report.ce.maximumResidentBytes) : nil
        case .anonymous: report.clock == .real ? Double(report.ce.maximumAnonymousBytes) : nil
        }
    }

    private func resentBytes(_ report: RunReport) -> UInt64 {
        report.cards.reduce(0) { sum, card in
            let image = report.groups.first { $0.name == card.group }?.imageBytes ?? 0
            return sum + (card.bytes > image ? card.bytes - image : 0)
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
    var comparesWays: Bool {
        switch self {
        case .efficiency, .groupEfficiency, .speedup, .speedupPipelined, .serverSessions, .serverBytes, .elapsed: true
        case .poolPeak, .donorBytes, .resentBytes, .detached, .restarts, .wear, .resident, .anonymous: false
        }
    }
}
