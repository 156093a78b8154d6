/// A decimal number and the unit behind it, as in `1.5MiB`: exact, without floating point.
struct UnitText: Equatable {
    /// All digits, without the point.
    let digits: UInt64
    /// How many of the digits stand behind the point.
    let fractionDigits: Int
    /// What follows the number; empty when nothing does.
    let unit: String

    /// Reads `DIGITS[.DIGITS][ ]UNIT`.
    ///
    /// - Returns: nil for anything else, or for more digits than 18.
    init?(_ text: String) {
        /// So many decimal digits always fit 64 bits.
        let maximumDigits = 18
        let whole = text.prefix { $0.isDecimalDigit }
        var rest = text[whole.endIndex...]
        var fraction: Substring = ""
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { $0.isDecimalDigit }
            guard !fraction.isEmpty else { return nil }
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty, whole.count + fraction.count <= maximumDigits, let digits = UInt64(whole + fraction)
        else {
            return nil
        }
        if rest.first == " " { rest = rest.dropFirst() }
        self.digits = digits
        fractionDigits = fraction.count
        unit = String(rest)
    }

    /// The number times `scale`; nil when that is no whole number, or too large for 64 bits.
    func scaled(by scale: UInt64) -> UInt64? {
        let (high, low) = digits.multipliedFullWidth(by: scale)
        var divisor: UInt64 = 1
        for _ in 0..<fractionDigits { divisor *= 10 }
        guard high < divisor else { return nil }
        let (quotient, remainder) = divisor.dividingFullWidth((high, low))
        return remainder == 0 ? quotient : nil
    }
}

extension Character {
    /// 0 to 9 only: `isNumber` takes in many more.
    package var isDecimalDigit: Bool { ("0"..."9").contains(self) }
}

/// The text of `value` in the unit that needs the smallest whole number; of two such, the first in `units`.
///
/// - Precondition: one of the units is 1.
func shortest(_ value: UInt64, in units: KeyValuePairs<String, UInt64>) -> String {
    var best: (unit: String, count: UInt64)?
    for (unit, scale) in units where value % scale == 0 && (value != 0 || scale == 1) {
        let count = value / scale
        if best.map({ count < $0.count }) ?? true { best = (unit, count) }
    }
    guard let best else { preconditionFailure("no unit of \(units) is 1") }
    return "\(best.count)\(best.unit)"
}
