import Reports

/// As a log has it: lines that are written once.
extension ProgressState {
    /// What has changed since it was asked last: cards to which the same happened share a line.
    package mutating func takeLogLines(at seconds: Double) -> [ProgressLine] {
        var lines: [(slots: [Int], change: Change)] = []
        for change in takeChanges() {
            if let slot = change.slot, change.tone != .bad,
                let index = lines.lastIndex(where: { !$0.slots.isEmpty && $0.change.text == change.text })
            {
                if !lines[index].slots.contains(slot) { lines[index].slots.append(slot) }
            } else {
                lines.append((change.slot.map { [$0] } ?? [], change))
            }
        }
        return lines.map { slots, change in
            let names = slots.isEmpty ? "" : "slot\(slots.count == 1 ? "" : "s") \(ReportText.ranges(slots)): "
            return ProgressLine("\(Self.stamp(seconds)) \(names)\(change.text)", change.tone)
        }
    }

    package func summary(at seconds: Double) -> ProgressLine {
        ProgressLine("\(Self.stamp(seconds)) \(wholeParts(at: seconds).dropLast().joined(separator: "  "))")
    }

    private static func stamp(_ seconds: Double) -> String {
        let figures = ReportText.fixed(seconds, 1)
        return "[\(String(repeating: " ", count: max(0, 7 - figures.count)))\(figures) s]"
    }
}
