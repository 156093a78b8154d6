import Reports

/// How often the cards' flash was erased: a row for each card from its flash's first block to its last, or, of a large shelf, a square
/// for each card.
struct WearFigure {
    let cards: [CardFacts]

    private static let mostRows = 60
    private static let squaresInRow = 50

    var content: [String] {
        let known = cards.filter { !$0.wear.isEmpty }
        guard let most = known.flatMap(\.wear).max(), most > 0 else { return [] }
        let rows = known.count <= Self.mostRows
        let drawing = rows ? self.rows(known, most) : squares(known, most)
        let note =
            "The darker, the more often erased; black is \(ReportText.count(most, "erase")), the most that any block has seen. "
            + (rows
                ? "From left to right: from the first block of the card's flash to the last."
                : "A square for each card, \(Self.squaresInRow) in a row, by slot: the block that was erased most often.")
        return [drawing, Markup.paragraph(note, class: "note"), table(known)]
    }

    private func shade(_ value: Int, _ most: Int) -> String {
        "fill-opacity=\"\(Markup.number(Double(value) / Double(most)))\""
    }

    private func rows(_ cards: [CardFacts], _ most: Int) -> String {
        let rowHeight = 12.0
        var body = ""
        for (row, card) in cards.enumerated() {
            let width = 1000 / Double(card.wear.count)
            for (column, value) in card.wear.enumerated() where value > 0 {
                body +=
                    "<rect class=\"wear\" x=\"\(Markup.number(Double(column) * width))\" "
                    + "y=\"\(Markup.number(Double(row) * rowHeight + 1))\" width=\"\(Markup.number(width))\" height=\"10\" "
                    + "\(shade(value, most))/>"
            }
        }
        let height = rowHeight * Double(cards.count)
        let names = cards.map { "<span>slot \($0.slot)</span>" }.joined()
        let drawing = Markup.drawing(height: height, title: "Wear map", summary: summary(cards), body)
        return "<div class=\"lanes small\"><div class=\"names\" aria-hidden=\"true\">\(names)</div>"
            + "<div class=\"plot\">\(drawing)</div></div>"
    }

    private func squares(_ cards: [CardFacts], _ most: Int) -> String {
        let width = 1000 / Double(Self.squaresInRow)
        var body = ""
        for (index, card) in cards.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: Self.squaresInRow)
            body +=
                "<rect class=\"wear cell\" x=\"\(Markup.number(Double(column) * width))\" y=\"\(row * 14)\" "
                + "width=\"\(Markup.number(width - 1))\" height=\"13\" \(shade(card.wear.max() ?? 0, most))>"
                + "<title>slot \(card.slot): \(card.wear.max() ?? 0)</title></rect>"
        }
        let height = Double((cards.count + Self.squaresInRow - 1) / Self.squaresInRow * 14)
        return Markup.drawing(height: height, title: "Wear map", summary: summary(cards), body)
    }

    private func summary(_ cards: [CardFacts]) -> String {
        let most = cards.max { ($0.wear.max() ?? 0, $1.slot) < ($1.wear.max() ?? 0, $0.slot) }
        return most.map { "slot \($0.slot) has the block that was erased most often, \($0.wear.max() ?? 0) times" }
            ?? ""
    }

    private func table(_ cards: [CardFacts]) -> String {
        Markup.table(
            "The wear as a table", heading: ["slot", "flash", "most erases of a block", "made for"],
            rows: cards.map { card in
                [
                    "\(card.slot)", card.flash, "\(card.wear.max() ?? 0)",
                    card.enduranceCycles.map { "\($0)" } ?? "no limit",
                ]
            })
    }
}
