package import Reports

/// What a scenario came to with one set of values.
package struct SweepPoint: Codable, Equatable, Sendable {
    /// What was varied, in the order of the command line: `128KiB`.
    package var values: [String]
    package var elapsedSeconds: Double
    package var lowerBoundSeconds: Double
    package var poolPeakBytes: Int
    /// Every card has the image.
    package var passed: Bool

    package init(
        values: [String], elapsedSeconds: Double, lowerBoundSeconds: Double, poolPeakBytes: Int, passed: Bool
    ) {
        self.values = values
        self.elapsedSeconds = elapsedSeconds
        self.lowerBoundSeconds = lowerBoundSeconds
        self.poolPeakBytes = poolPeakBytes
        self.passed = passed
    }

    enum CodingKeys: String, CodingKey {
        case values
        case elapsedSeconds = "elapsed_s"
        case lowerBoundSeconds = "lower_bound_s"
        case poolPeakBytes = "pool_peak_bytes"
        case passed
    }
}

/// A scenario run again and again with other values.
package struct SweepResult: Codable, Equatable, Sendable {
    package var scenario: String
    package var clock: RunClock
    /// The paths that were varied; the first one is the curves' axis.
    package var paths: [String]
    package var points: [SweepPoint]
    package var command: String

    package init(scenario: String, clock: RunClock, paths: [String], points: [SweepPoint], command: String) {
        self.scenario = scenario
        self.clock = clock
        self.paths = paths
        self.points = points
        self.command = command
    }

    /// Points that differ in the first value only.
    package struct Curve: Equatable, Sendable {
        /// The other values: `groups.adsl.slots=1-10`; empty where there is none.
        package var name: String
        package var points: [SweepPoint]

        /// Less than that is not worth having more: a hundredth of the time.
        private static let tolerance = 1.01

        /// The place of the first value with which the time is as good as with any.
        package var knee: Int? {
            guard let best = points.filter(\.passed).map(\.elapsedSeconds).min() else { return nil }
            return points.firstIndex { $0.passed && $0.elapsedSeconds <= best * Self.tolerance }
        }
    }

    /// In the order of the command line.
    package var curves: [Curve] {
        var curves: [Curve] = []
        for point in points {
            let name = zip(paths, point.values).dropFirst().map { "\($0)=\($1)" }.joined(separator: " ")
            if let index = curves.firstIndex(where: { $0.name == name }) {
                curves[index].points.append(point)
            } else {
                curves.append(Curve(name: name, points: [point]))
            }
        }
        return curves
    }

    /// A sentence for each curve.
    package var conclusions: [String] {
        curves.map { curve in
            let prefix = curve.name.isEmpty ? "" : "\(curve.name): "
            guard let knee = curve.knee else { return "\(prefix)no value lets every card have the image." }
            let value = curve.points[knee].values[0]
            let time = ReportText.duration(curve.points[knee].elapsedSeconds)
            if curve.points.count == 1 { return "\(prefix)\(time) with \(paths[0])=\(value)." }
            // Where the time grows with the value the first one is the best, and says nothing.
            if knee == 0, let last = curve.points.lastIndex(where: { isAsGood($0, as: curve.points[0]) }) {
                let most = curve.points[last].values[0]
                return last == curve.points.count - 1
                    ? "\(prefix)\(paths[0]) makes no difference from \(value) to \(most): \(time)."
                    : "\(prefix)up to \(paths[0])=\(most) it takes \(time); more takes longer."
            }
            return "\(prefix)\(paths[0])=\(value) is enough: \(time), and no more than 1 % less with any other value."
        }
    }

    private func isAsGood(_ point: SweepPoint, as other: SweepPoint) -> Bool {
        point.passed && point.elapsedSeconds <= other.elapsedSeconds * 1.01
    }

    /// As a person reads it in a terminal.
    package var lines: [String] {
        var table = ReportTable(
            heading: paths + ["time", "bound", "efficiency", "pool", ""], textColumns: Set(paths.indices))
        let knees = curves.compactMap { curve in curve.knee.map { curve.points[$0] } }
        for point in points {
            table.add(
                point.values + [
                    ReportText.duration(point.elapsedSeconds), ReportText.duration(point.lowerBoundSeconds),
                    point.passed ? ReportText.percent(point.lowerBoundSeconds / point.elapsedSeconds) : "",
                    ReportText.bytes(point.poolPeakBytes),
                    point.passed ? (knees.contains(point) ? "<- knee" : "") : "FAILED",
                ])
        }
        return table.lines + conclusions
    }
}
