/// A number of bytes, written with its unit: `64KiB`, `16MiB`, `10MB`, `512B`, or a plain integer, which is bytes.
package struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let bytes: UInt64

    package init(_ bytes: UInt64) {
        self.bytes = bytes
    }

    package static func kibibytes(_ count: UInt64) -> ByteCount { ByteCount(count << 10) }
    package static func mebibytes(_ count: UInt64) -> ByteCount { ByteCount(count << 20) }
    package static func gibibytes(_ count: UInt64) -> ByteCount { ByteCount(count << 30) }

    /// Powers of two first: what memory and flash come in. `KB` is not among them, as it means either.
    static let units: KeyValuePairs<String, UInt64> = [
        "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
        "kB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
    ]

    /// Reads a size; a fraction is allowed where it gives whole bytes, as in `0.5MiB`.
    ///
    /// - Throws: what was expected, when the text is no size.
    package init(parsing text: String) throws(UnitError) {
        guard let number = UnitText(text) else { throw UnitError(text, Self.expectation) }
        if number.unit.isEmpty, number.fractionDigits == 0 {
            bytes = number.digits
            return
        }
        guard let unit = Self.units.first(where: { $0.key == number.unit }) else {
            throw UnitError(text, Self.expectation, suggestion: number.suggestion(among: Self.units, in: text))
        }
        guard let bytes = number.scaled(by: unit.value) else {
            throw UnitError(text, "a whole number of bytes below 2^64")
        }
        self.bytes = bytes
    }

    private static let expectation = "a size such as 64KiB, 16MiB, 10MB or 512B"

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// Exact, in the unit that needs the smallest number; reads back as the same value.
    package var description: String { shortest(bytes, in: Self.units) }
}
