/// A metric with all its series, in the Prometheus text format (version 0.0.4).
package struct MetricFamily: Equatable, Sendable {
    package enum Kind: String, Sendable {
        /// Grows only; its name ends in `_total`.
        case counter
        case gauge
    }

    package struct Series: Equatable, Sendable {
        package var labels: [(name: String, value: String)]
        package var value: Double

        package static func == (left: Series, right: Series) -> Bool {
            left.value == right.value && left.labels.map(\.name) == right.labels.map(\.name)
                && left.labels.map(\.value) == right.labels.map(\.value)
        }
    }

    package let name: String
    package let help: String
    package let kind: Kind
    package private(set) var series: [Series] = []

    package init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.help = help
        self.kind = kind
    }

    package mutating func add(_ value: Double, _ labels: (name: String, value: String)...) {
        series.append(Series(labels: labels, value: value))
    }

    /// Empty without a series.
    package var text: String {
        guard !series.isEmpty else { return "" }
        let lines = series.map { series in
            let labels = series.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            return "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(series.value))\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n\(lines.joined())"
    }

    /// Counts are whole numbers, and read better so.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += #"\\"#
            case "\"": result += #"\""#
            case "\n", "\r\n": result += #"\n"#
            default: result.append(character)
            }
        }
    }
}
