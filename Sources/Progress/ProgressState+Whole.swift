import Reports

/// The whole in figures and in one line.
extension ProgressState {
    /// From 0 to 1; nil before anything is known.
    var share: Double? {
        let total = cards.reduce(0.0) { $0 + Double($1.imageBytes) }
        return total > 0 ? cards.reduce(0.0) { $0 + Double($1.countedBytes) } / total : nil
    }

    /// Until the last card ends, at their present rates.
    var secondsLeft: Double? { cards.compactMap(\.secondsLeft).max() }

    /// The parts of the line for the whole, the most important first.
    func wholeParts(at seconds: Double) -> [String] {
        guard let share else { return ["waiting for the first card", ReportText.duration(seconds)] }
        var parts = ["\(Int(share * 100)) %"]
        if let rate = rate.perSecond { parts.append("\(ReportText.bytes(Int(rate)))/s") }
        if let left = secondsLeft { parts.append("\(ReportText.duration(left)) left") }
        let running = groups.filter { !$0.group.isEnded }.map(\.group)
        if !running.isEmpty {
            let used = running.reduce(0) { $0 + $1.poolBytes }
            let budget = running.map(\.budgetBytes).max() ?? 0
            parts.append("pool \(ReportText.bytes(used)) of \(ReportText.bytes(budget))")
        }
        let fetched = groups.reduce(0) { $0 + $1.group.serverBytes }
        let images = groups.reduce(0) { $0 + $1.group.imageBytes }
        parts.append("fetched \(ReportText.bytes(fetched)) of \(ReportText.bytes(images))")
        parts.append(counts(of: cards))
        parts.append(ReportText.duration(seconds))
        return parts
    }

    /// `2 failed, 14 receiving, 4 done`.
    func counts(of cards: [CardProgress]) -> String {
        let words: [(CardProgress.Rank, String)] = [
            (.failed, "failed"), (.lost, "lost"), (.apart, "catching up"), (.active, "at work"),
            (.waiting, "waiting"), (.done, "done"),
        ]
        let counts = words.compactMap { rank, word -> String? in
            let count = cards.count { $0.rank == rank }
            return count > 0 ? "\(count) \(word)" : nil
        }
        return counts.joined(separator: ", ")
    }
}
