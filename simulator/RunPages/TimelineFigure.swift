import Reports

/// A lane for each card: what it did, and what happened to it.
struct TimelineFigure {
    let timeline: RunTimeline
    /// Those that are worth a look by themselves.
    let noted: [Int]

    /// More cards than that get lanes without names, of a few pixels each.
    private static let mostNamedLanes = 60
    /// Of a large shelf those that stand out have lanes of their own above it.
    private static let mostNotedLanes = 24
    private static let mostMarks = 400
    private static let namedHeight = 18.0
    private static let barHeight = 14.0

    private var axis: TimeAxis { TimeAxis(seconds: timeline.seconds) }

    var content: [String] {
        guard !timeline.cards.isEmpty else { return [] }
        let isSmall = timeline.cards.count <= Self.mostNamedLanes
        let outstanding = noted.prefix(Self.mostNotedLanes).compactMap { timeline.card($0) }
        var parts = [legend]
        if isSmall {
            parts.append(named(timeline.cards, title: "Timeline of every card"))
        } else {
            if !outstanding.isEmpty {
                parts += [
                    "<h3>Cards that stand out</h3>", named(outstanding, title: "Timeline of the cards that stand out"),
                ]
            }
            parts += ["<h3>All \(timeline.cards.count) cards</h3>", narrow]
        }
        return parts + [marksTable, spansTable]
    }

    private var legend: String {
        let used = Activity.allCases.filter { activity in
            timeline.cards.contains { $0.spans.contains { $0.activity == activity } }
        }
        let swatches = used.map { activity in
            "<li><svg class=\"swatch\" aria-hidden=\"true\" viewBox=\"0 0 24 14\"><rect width=\"24\" height=\"14\" "
                + "class=\"a-\(activity.identifier)\"/></svg>\(activity.label)</li>"
        }
        let marks = Self.symbols.filter { symbol in allMarks.contains { $0.kind == symbol.kind } }
            .map { "<li><b class=\"symbol\">\($0.symbol)</b>\($0.label)</li>" }
        return "<ul class=\"legend\">\((swatches + marks).joined())</ul>"
    }

    // MARK: Lanes

    private func named(_ cards: [CardLane], title: String) -> String {
        let height = Self.namedHeight * Double(cards.count)
        var content = axis.grid(height: height)
        for (row, card) in cards.enumerated() {
            let y = Double(row) * Self.namedHeight + 2
            content += "<g data-slot=\"\(card.slot)\">"
            for span in card.spans {
                let x = axis.x(span.start)
                let text = "slot \(card.slot): \(span.activity.label) for \(ReportText.duration(span.seconds))"
                content +=
                    "<rect x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" "
                    + "width=\"\(Markup.number(max(0.5, axis.x(span.end) - x)))\" height=\"\(Markup.number(Self.barHeight))\" "
                    + "class=\"a-\(span.activity.identifier)\"><title>\(text)</title></rect>"
            }
            content += "</g>"
        }
        let names = cards.map { "<span>slot \($0.slot)</span>" }.joined()
        let drawing = Markup.drawing(height: height, title: title, summary: summary, content)
        let marks = cards.enumerated().map { row, card in
            symbols(card.marks + timeline.faults.filter { $0.slot == card.slot }, top: Double(row) * Self.namedHeight)
        }
        return "<div class=\"lanes\"><div class=\"names\" aria-hidden=\"true\">\(names)</div>"
            + "<div class=\"plot\">\(drawing)\(marks.joined())\(shelfMarks)\(axis.labels)</div></div>"
    }

    /// All cards, without names: a path for each activity, not a shape for each span.
    private var narrow: String {
        let rowHeight = max(2.0, min(6.0, 1200.0 / Double(timeline.cards.count)))
        let height = rowHeight * Double(timeline.cards.count)
        var paths: [Activity: String] = [:]
        for (row, card) in timeline.cards.enumerated() {
            for span in card.spans {
                let x = axis.x(span.start)
                let width = Markup.number(max(0.5, axis.x(span.end) - x))
                let y = Markup.number(Double(row) * rowHeight)
                paths[span.activity, default: ""] +=
                    "M\(Markup.number(x)) \(y)h\(width)v\(Markup.number(rowHeight))h-\(width)z"
            }
        }
        let content = Activity.allCases.compactMap { activity in
            paths[activity].map { "<path class=\"a-\(activity.identifier)\" d=\"\($0)\"/>" }
        }
        let step = max(1, timeline.cards.count / 10)
        let names = stride(from: 0, to: timeline.cards.count, by: step).map { row in
            let top = Markup.number(Double(row) * rowHeight)
            return "<span style=\"position:absolute;top:\(top)px\">slot \(timeline.cards[row].slot)</span>"
        }
        let drawing = Markup.drawing(
            height: height, title: "Timeline of all cards", summary: summary,
            axis.grid(height: height) + content.joined())
        return "<div class=\"lanes\"><div class=\"names\" aria-hidden=\"true\">\(names.joined())</div>"
            + "<div class=\"plot\">\(drawing)\(shelfMarks)\(axis.labels)</div></div>"
    }

    private var summary: String {
        let ends = timeline.cards.compactMap(\.endSeconds)
        guard let first = ends.min(), let last = ends.max() else { return "no card has ended" }
        return "\(ReportText.count(timeline.cards.count, "card")), of which the first ended after "
            + "\(ReportText.duration(first)) and the last after \(ReportText.duration(last))"
    }

    // MARK: Marks

    static let symbols: [(kind: TimelineMark.Kind, symbol: String, label: String)] = [
        (.fault, "⚡", "a fault"), (.detached, "◆", "detached from the others"), (.back, "◇", "back with the others"),
        (.lost, "✕", "connection lost"), (.failed, "✖", "failed"), (.donor, "△", "no donor any more"),
        (.process, "○", "process started or ended"),
        (.source, "▼", "the server's transfer broke"),
    ]

    private var allMarks: [TimelineMark] {
        timeline.cards.flatMap(\.marks) + timeline.faults + timeline.groups.flatMap(\.marks)
    }

    private func symbols(_ marks: [TimelineMark], top: Double) -> String {
        marks.prefix(Self.mostMarks).map { mark in
            let symbol = Self.symbols.first { $0.kind == mark.kind }!.symbol
            let text = Markup.escaped("\(mark.text), at \(ReportText.duration(mark.seconds))")
            return "<span class=\"mark m-\(mark.kind.rawValue)\" role=\"img\" aria-label=\"\(text)\" title=\"\(text)\" "
                + "style=\"left:\(axis.percent(mark.seconds))%;top:\(Markup.number(top))px\">\(symbol)</span>"
        }.joined()
    }

    /// What happened to no card in particular stands at the top, with a line through all lanes.
    private var shelfMarks: String {
        let marks = timeline.faults.filter { $0.slot == nil } + timeline.groups.flatMap(\.marks)
        let lines = marks.prefix(Self.mostMarks).map {
            "<span class=\"rule\" aria-hidden=\"true\" style=\"left:\(axis.percent($0.seconds))%\"></span>"
        }
        return lines.joined() + symbols(marks, top: -16)
    }

    private var marksTable: String {
        let rows = allMarks.sorted { $0.seconds < $1.seconds }.prefix(Self.mostMarks).map { mark in
            [ReportText.duration(mark.seconds), mark.slot.map { "slot \($0)" } ?? "the shelf", mark.text]
        }
        return Markup.table("What happened, as a table", heading: ["after", "to", "what"], rows: Array(rows))
    }

    private var spansTable: String {
        let used = Activity.allCases.filter { activity in
            timeline.cards.contains { $0.seconds(of: activity) > 0 }
        }
        return Markup.table(
            "The lanes as a table: for how long each card did what",
            heading: ["slot"] + used.map(\.label) + ["ended after"],
            rows: timeline.cards.map { card in
                ["\(card.slot)"] + used.map { ReportText.duration(card.seconds(of: $0)) }
                    + [card.endSeconds.map { ReportText.duration($0) } ?? "–"]
            })
    }
}
