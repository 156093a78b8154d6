import Download
package import Reports
package import RunPages
import Runtime
import Scenarios
package import Settings
import ShelfModel
import VirtualShelf

/// Runs a scenario again and again with other values, for the curve that they make.
package struct SweepRun {
    /// A value of the scenario, and what it is to be one after the other.
    package struct Axis: Equatable, Sendable {
        package var path: String
        package var values: [String]

        /// Reads `PATH=VALUE,VALUE,…`.
        ///
        /// - Returns: nil when it is not that.
        package init?(_ text: String) {
            guard let equals = text.firstIndex(of: "=") else { return nil }
            path = String(text[..<equals])
            values = text[text.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
            guard !path.isEmpty, values.allSatisfy({ !$0.isEmpty }) else { return nil }
        }
    }

    /// A person waits for it.
    package static let mostPoints = 1000

    private let file: String
    private let axes: [Axis]
    private let overrides: [SettingsOverride]
    private let clock: RunClock
    private let mode: DownloadMode
    private let runs: String

    /// - Parameters:
    ///   - axes: at least one; at most `mostPoints` values together.
    ///   - overrides: what else is changed in the scenario, for every point.
    ///   - runs: the folder of all runs, for the real clock.
    package init(
        file: String, axes: [Axis], overrides: [SettingsOverride], clock: RunClock, mode: DownloadMode, runs: String
    ) {
        self.file = file
        self.axes = axes
        self.overrides = overrides
        self.clock = clock
        self.mode = mode
        self.runs = runs
    }

    package var pointCount: Int { axes.reduce(1) { $0 * $1.values.count } }

    /// - Parameter say: is told of each point.
    /// - Throws: a value that the scenario does not take, before the first run; a run that cannot be made.
    package func run(say: (SweepPoint) -> Void) throws -> (scenario: String, points: [SweepPoint]) {
        let base = try ScenarioReader.read(contentsOf: file, overrides: overrides)
        let scenarios = try combinations.map { values in
            (values, try ScenarioReader.read(contentsOf: file, overrides: overrides + changes(values, base)))
        }
        let programs = try Programs()
        let points = try scenarios.map { values, scenario in
            let point = try point(scenario, values, programs)
            say(point)
            return point
        }
        return (base.name, points)
    }

    /// The last axis changes first.
    private var combinations: [[String]] {
        axes.reduce([[]]) { combinations, axis in
            combinations.flatMap { head in axis.values.map { head + [$0] } }
        }
    }

    /// `groups.NAME.count=N` is short for so many slots, from the group's first one on.
    private func changes(_ values: [String], _ base: Scenario) throws(SettingsError) -> [SettingsOverride] {
        var changes: [SettingsOverride] = []
        for (axis, value) in zip(axes, values) {
            let parts = axis.path.split(separator: ".")
            if parts.count == 3, parts[0] == "groups", parts[2] == "count", let count = UInt16(value), count > 0,
                let first = base.cards.first(where: { $0.group == parts[1] })?.slot, count - 1 <= UInt16.max - first
            {
                changes.append(try SettingsOverride(parsing: "groups.\(parts[1]).slots=\(first)-\(first + count - 1)"))
            } else {
                changes.append(try SettingsOverride(parsing: "\(axis.path)=\(value)"))
            }
        }
        return changes
    }

    private func point(_ scenario: Scenario, _ values: [String], _ programs: Programs) throws -> SweepPoint {
        switch clock {
        case .virtual:
            let shelf = try ShelfDescription(scenario, lineCardPath: programs.lineCard)
            let result = try VirtualRun(shelf, jobs: shelf.jobs, mode: mode).run(seed: scenario.seed).result
            return SweepPoint(
                values: values, elapsedSeconds: result.elapsed.seconds, lowerBoundSeconds: shelf.lowerBoundSeconds,
                poolPeakBytes: result.peakBytes,
                passed: result.groups.allSatisfy { $0.cards.allSatisfy(\.outcome.hasImage) })
        case .real:
            let request = RunRequest(
                scenario: scenario, mode: mode, clock: .real, runs: runs, progress: "quiet", keepsFlash: false,
                command: "")
            guard let report = try ScenarioRun(request).run().report else { throw CancellationError() }
            return SweepPoint(
                values: values, elapsedSeconds: report.elapsedSeconds, lowerBoundSeconds: report.lowerBoundSeconds,
                poolPeakBytes: report.groups.map(\.poolPeakBytes).reduce(0, max),
                passed: report.cards.allSatisfy(\.outcome.hasImage))
        }
    }
}
