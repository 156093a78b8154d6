/// A data rate, written in bits (`100Mbit`, `1Gbit`, `512kbit`) or in bytes per second (`2MB/s`, `64KiB/s`).
package struct DataRate: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let bitsPerSecond: UInt64

    package init(bitsPerSecond: UInt64) {
        self.bitsPerSecond = bitsPerSecond
    }

    package var bytesPerSecond: Double { Double(bitsPerSecond) / 8 }

    private static let bitUnits: KeyValuePairs<String, UInt64> = [
        "bit": 1, "kbit": 1000, "Mbit": 1_000_000, "Gbit": 1_000_000_000,
    ]
    private static let units: KeyValuePairs<String, UInt64> = [
        "bit": 1, "kbit": 1000, "Mbit": 1_000_000, "Gbit": 1_000_000_000,
        "bit/s": 1, "kbit/s": 1000, "Mbit/s": 1_000_000, "Gbit/s": 1_000_000_000,
        "B/s": 8, "kB/s": 8000, "MB/s": 8_000_000, "GB/s": 8_000_000_000,
        "KiB/s": 8 << 10, "MiB/s": 8 << 20, "GiB/s": 8 << 30,
    ]

    /// Reads a rate; a number alone is none, as it could mean bits or bytes.
    ///
    /// - Throws: what was expected, when the text is no rate above 0.
    package init(parsing text: String) throws(UnitError) {
        guard let number = UnitText(text) else { throw UnitError(text, Self.expectation) }
        guard let unit = Self.units.first(where: { $0.key == number.unit }) else {
            throw UnitError(text, Self.expectation, suggestion: number.suggestion(among: Self.units, in: text))
        }
        guard let rate = number.scaled(by: unit.value), rate > 0 else {
            throw UnitError(text, "a whole number of bits per second from 1 to 2^64 - 1")
        }
        bitsPerSecond = rate
    }

    private static let expectation = "a rate such as 100Mbit, 1Gbit, 512kbit or 2MB/s"

    package static func < (left: DataRate, right: DataRate) -> Bool { left.bitsPerSecond < right.bitsPerSecond }

    /// Exact, in the unit that needs the smallest number; reads back as the same value.
    package var description: String { shortest(bitsPerSecond, in: Self.bitUnits) }
}
