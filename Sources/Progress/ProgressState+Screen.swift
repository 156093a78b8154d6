import Reports

/// As a terminal shows it.
extension ProgressState {
    /// The widest bar: more does not tell more.
    private static let mostBarCells = 40
    /// Below that a bar tells nothing.
    private static let leastBarCells = 5

    /// - Parameters:
    ///   - columns: the terminal's width; no line is longer than one less, so that none wraps.
    ///   - rows: its height; there are at least one line and at most one less than that, for the cursor.
    package func lines(columns: Int, rows: Int, at seconds: Double) -> [ProgressLine] {
        let width = max(1, columns - 1)
        let room = max(1, rows - 1)
        var lines = [ProgressLine(wholeLine(width: width, at: seconds))]
        // By slot where they are alike: the sort is stable.
        let ordered = cards.sorted { ($0.rank, $0.slot) < ($1.rank, $1.slot) }
        guard room > 1, !ordered.isEmpty else { return lines }
        let shown = ordered.count <= room - 1 ? ordered.count : room - 2
        let slotDigits = String(cards.last?.slot ?? 1).count
        for card in ordered.prefix(shown) { lines.append(line(of: card, width: width, slotDigits: slotDigits)) }
        let rest = Array(ordered.dropFirst(shown))
        if !rest.isEmpty {
            let text = "\(shown > 0 ? "and " : "")\(ReportText.count(rest.count, "card")): \(counts(of: rest))"
            lines.append(ProgressLine(SafeText.cut(text, to: width), .faint))
        }
        return lines
    }

    private func wholeLine(width: Int, at seconds: Double) -> String {
        var line = ""
        for part in wholeParts(at: seconds) {
            let next = line.isEmpty ? part : "\(line)  \(part)"
            if next.utf8.count > width { break }
            line = next
        }
        guard let share, !line.isEmpty else { return SafeText.cut(line, to: width) }
        let cells = min(Self.mostBarCells, width - line.utf8.count - 4)
        return cells >= Self.leastBarCells ? "\(Self.bar(share, cells: cells))  \(line)" : line
    }

    private func line(of card: CardProgress, width: Int, slotDigits: Int) -> ProgressLine {
        let slot = String(card.slot)
        let name = "slot " + String(repeating: " ", count: slotDigits - slot.count) + slot
        switch card.rank {
        case .failed: return ProgressLine(SafeText.cut("\(name)  \(card.stateText)", to: width), .bad)
        case .done: return ProgressLine(SafeText.cut("\(name)  \(card.stateText)", to: width), .good)
        case .lost, .apart, .active, .waiting: break
        }
        let percent = "\(Int(card.share * 100))"
        let figures = String(repeating: " ", count: max(0, 3 - percent.count)) + percent + " %"
        let rate = card.rate.perSecond.map { "\(ReportText.bytes(Int($0)))/s" } ?? ""
        let rateField = String(repeating: " ", count: max(0, 10 - rate.count)) + rate
        // The bar takes a quarter of the line; what the card does is worth more.
        let cells = min(Self.mostBarCells / 2, width / 4)
        let parts =
            [name] + (cells >= Self.leastBarCells ? [Self.bar(card.share, cells: cells)] : [])
            + [figures, rateField, card.stateText]
        return ProgressLine(SafeText.cut(parts.joined(separator: "  "), to: width))
    }

    /// `[####----]`: readable without colours, and by a screen reader at least skipped.
    private static func bar(_ share: Double, cells: Int) -> String {
        let full = min(cells, Int(share * Double(cells)))
        return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: cells - full) + "]"
    }
}
