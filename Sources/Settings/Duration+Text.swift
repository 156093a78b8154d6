extension Duration {
    private static let nanosecondUnits: KeyValuePairs<String, UInt64> = [
        "ns": 1, "us": 1000, "ms": 1_000_000, "s": 1_000_000_000, "min": 60_000_000_000, "h": 3_600_000_000_000,
    ]
    private static let expectation = "a duration such as 60s, 20ms, 200us or 2min"

    /// Reads `60s`, `20ms`, `200us`, `2min`, `1h`, `5ns`; a fraction is allowed, to the nanosecond.
    ///
    /// - Throws: what was expected, when the text is no duration. A number alone is none: it has no unit.
    package static func parsing(_ text: String) throws(UnitError) -> Duration {
        guard let number = UnitText(text) else { throw UnitError(text, expectation) }
        guard let unit = nanosecondUnits.first(where: { $0.key == number.unit }) else {
            throw UnitError(text, expectation, suggestion: number.suggestion(among: nanosecondUnits, in: text))
        }
        guard let nanoseconds = number.scaled(by: unit.value), let count = Int64(exactly: nanoseconds) else {
            throw UnitError(text, "a whole number of nanoseconds below 2^63")
        }
        return .nanoseconds(count)
    }

    /// Exact to the nanosecond, in the unit that needs the smallest number; `Duration.parsing` reads it back.
    ///
    /// - Precondition: not negative, and below 2^63 nanoseconds.
    package var unitText: String {
        let (seconds, attoseconds) = components
        precondition(seconds >= 0 && attoseconds >= 0, "a duration in a file is not negative")
        return shortest(UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000), in: Self.nanosecondUnits)
    }
}
