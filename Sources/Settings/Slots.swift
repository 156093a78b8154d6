extension Entry {
    /// The key as a slot's number; nil when it is none, which is then reported.
    package func slot(in range: ClosedRange<UInt16>) -> UInt16? {
        guard !key.isEmpty, key.allSatisfy(\.isDecimalDigit), let slot = UInt16(key), range.contains(slot) else {
            report("key \(key.quoted) is not a slot; expected a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return slot
    }
}
