import Reports

/// One thing that was measured: a value for each round, and what it is to be.
struct Figure {
    enum Unit {
        case seconds, secondsPerGB, gigabytesPerSecond, bytes, count, ratio, times, percent, milliseconds
    }

    let name: String
    let unit: Unit
    /// By round; never empty.
    let values: [Double]
    let target: Target?

    init(_ name: String, _ unit: Unit, _ values: [Double], _ target: Target? = nil) {
        precondition(!values.isEmpty, "\(name) has no values")
        self.name = name
        self.unit = unit
        self.values = values
        self.target = target
    }

    var median: Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// nil where there is no target.
    var isReached: Bool? {
        guard let target else { return nil }
        return target.isForMedian ? target.holds(for: median) : values.allSatisfy(target.holds)
    }

    // MARK: Text

    static let heading = ["figure", "median", "min to max", "target", ""]

    var row: [String] {
        [name, text(median), spread, targetText, verdict]
    }

    private var spread: String {
        guard let least = values.min(), let most = values.max(), values.count > 1 else { return "one round" }
        return "\(text(least)) to \(text(most))"
    }

    private var targetText: String {
        guard let target else { return "" }
        return
            "\(target.isForMedian ? "median " : "")\(target.relation.rawValue) \(unit.text(target.value, isExact: false))"
    }

    private var verdict: String {
        isReached.map { $0 ? "reached" : "**NOT reached**" } ?? ""
    }

    private func text(_ value: Double) -> String {
        unit.text(value, isExact: true)
    }
}

extension Figure.Unit {
    /// - Parameter isExact: with all digits that a measured value is worth; a target has those that it was given with.
    func text(_ value: Double, isExact: Bool) -> String {
        switch self {
        case .seconds: isExact ? "\(ReportText.fixed(value, 2)) s" : ReportText.duration(value)
        case .milliseconds: "\(ReportText.fixed(value * 1000, 0)) ms"
        case .secondsPerGB: ReportText.fixed(value, 3)
        case .gigabytesPerSecond: ReportText.fixed(value, 2)
        case .bytes: ReportText.bytes(UInt64(value))
        case .count: "\(Int(value))"
        case .ratio: ReportText.fixed(value, isExact ? 3 : 2)
        case .times: ReportText.fixed(value, isExact ? 1 : 0)
        case .percent: "\(ReportText.fixed(value * 100, isExact ? 2 : 0)) %"
        }
    }
}
