import Settings

/// Slots as a shelf's engineer writes them: `1-4,7,9-12`.
enum SlotList {
    /// Why a text is no list of slots, as the end of a sentence that begins with its path.
    struct Refusal: Error, Equatable {
        let message: String
    }

    /// - Returns: the slots in the order in which they are written; one may be there twice.
    static func parse(_ text: String) throws(Refusal) -> [UInt16] {
        let range = ScenarioLimits.slotRange
        func slot(_ digits: Substring) throws(Refusal) -> UInt16 {
            guard !digits.isEmpty, digits.allSatisfy(\.isDecimalDigit) else {
                throw Refusal(message: "has \(text.quoted); expected slots such as 1-4,7,9-12")
            }
            guard let slot = UInt16(digits), range.contains(slot) else {
                throw Refusal(message: "has slot \(digits); slots are from \(range.lowerBound) to \(range.upperBound)")
            }
            return slot
        }
        var slots: [UInt16] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.trimmed.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            let first = try slot(ends[0].trimmed)
            let last = ends.count == 2 ? try slot(ends[1].trimmed) : first
            guard first <= last else {
                throw Refusal(message: "has the range \(part.trimmed), which ends before it begins")
            }
            guard slots.count + Int(last - first) < ScenarioLimits.maximumCards else {
                throw Refusal(
                    message: "has more than \(ScenarioLimits.maximumCards) slots, the most that a shelf has here")
            }
            slots += first...last
        }
        return slots
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
