extension Setting {
    /// A part of a whole, or a probability: `0.02`, `2%`, `1e-6`.
    ///
    /// - Parameter range: within 0 to 1.
    package func share(in range: ClosedRange<Double>) -> Double? {
        let expectation = "a share such as 0.02, 2% or 1e-6"
        guard let text = text(expectation) else { return nil }
        guard let value = Self.share(text) else {
            report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        guard range.contains(value) else {
            report("is \(text); it must be from \(range.lowerBound.shortText) to \(range.upperBound.shortText)")
            return nil
        }
        return value
    }

    private static func share(_ text: String) -> Double? {
        guard let parts = UnitText(text) else { return nil }
        let number = text.prefix { $0.isDecimalDigit || $0 == "." }
        switch parts.unit {
        case "": return Double(text)
        case "%": return Double(number).map { $0 / 100 }
        default:
            let exponent = parts.unit.dropFirst(2)
            guard parts.unit.hasPrefix("e-"), (1...3).contains(exponent.count),
                exponent.allSatisfy(\.isDecimalDigit)
            else { return nil }
            return Double("\(number)e-\(exponent)")
        }
    }
}
