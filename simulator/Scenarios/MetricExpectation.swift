import Settings

/// A metric and the bound that it must keep: `efficiency >= 0.97`, `pool_peak <= 512KiB`.
package struct MetricExpectation: Equatable, Sendable, CustomStringConvertible {
    package enum Comparison: String, CaseIterable, Sendable {
        // The longer first: the reader takes the first that fits.
        case atLeast = ">="
        case atMost = "<="
        case equal = "=="
        case above = ">"
        case below = "<"

        package func holds(_ seen: Double, _ limit: Double) -> Bool {
            switch self {
            case .atLeast: seen >= limit
            case .atMost: seen <= limit
            case .equal: seen == limit
            case .above: seen > limit
            case .below: seen < limit
            }
        }
    }

    package let metric: Metric
    package let comparison: Comparison
    /// In the metric's unit: seconds, a ratio, bytes or a count.
    package let limit: Double
    /// As it was written, with single blanks.
    package let description: String

    /// Whether the value that was seen, in the metric's unit, keeps the bound.
    package func holds(_ seen: Double) -> Bool { comparison.holds(seen, limit) }

    /// Why a text is no expectation, as the end of a sentence that begins with its path.
    package struct Refusal: Error, Equatable, Sendable {
        package let message: String
        package let suggestion: String?
    }

    /// Reads `METRIC COMPARISON VALUE`, with or without blanks.
    ///
    /// - Throws: which of the three is wrong, and what was expected.
    package init(parsing text: String) throws(Refusal) {
        let name = text.prefix { !" <>=!".contains($0) }
        let rest = text[name.endIndex...].drop { $0 == " " }
        guard let metric = Metric(rawValue: String(name)) else {
            let names = Metric.allCases.map(\.rawValue)
            throw Refusal(
                message: "has no metric \(name.quoted); expected one of \(names.joined(separator: ", "))",
                suggestion: nearest(to: String(name), among: names))
        }
        guard let comparison = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
            throw Refusal(
                message: "lacks a comparison behind \(name.quoted); expected one of "
                    + Comparison.allCases.map(\.rawValue).joined(separator: ", "), suggestion: nil)
        }
        let value = String(rest.dropFirst(comparison.rawValue.count).drop { $0 == " " })
        do throws(UnitError) {
            limit = try Self.limit(value, in: metric.unit)
        } catch {
            throw Refusal(
                message: "has \(error.text.quoted) for \(metric.rawValue); expected \(error.expectation)",
                suggestion: error.suggestion)
        }
        self.metric = metric
        self.comparison = comparison
        description = "\(metric.rawValue) \(comparison.rawValue) \(value)"
    }

    private static func limit(_ text: String, in unit: Metric.Unit) throws(UnitError) -> Double {
        switch unit {
        case .bytes: return Double(try ByteCount(parsing: text).bytes)
        case .seconds: return try Duration.parsing(text) / .seconds(1)
        case .count:
            guard !text.isEmpty, text.allSatisfy(\.isDecimalDigit), let count = UInt32(text) else {
                throw UnitError(text, "a count such as 1")
            }
            return Double(count)
        case .ratio:
            let isPercentage = text.last == "%"
            let digits = isPercentage ? text.dropLast() : text[...]
            // Nothing but digits and one point: Double itself takes 'nan', '0x1p3' and '1e9' too.
            guard digits.first?.isDecimalDigit == true, digits.last?.isDecimalDigit == true,
                digits.allSatisfy({ $0.isDecimalDigit || $0 == "." }), let value = Double(String(digits))
            else { throw UnitError(text, "a number such as 0.97, or a percentage such as 97%") }
            return isPercentage ? value / 100 : value
        }
    }
}
