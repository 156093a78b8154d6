import Reports

/// Where each card's time went.
struct TimeShareFigure {
    let report: RunReport
    let timeline: RunTimeline
    /// Those that are worth a look by themselves.
    let noted: [Int]

    /// Of a large shelf those that stand out, and some of the others.
    private static let mostRows = 40

    var content: [String] {
        let cards = shown
        guard !cards.isEmpty else { return [] }
        let rows = cards.map { card in
            BarRows.Row(
                name: "slot \(card.slot)", parts: parts(of: card), figure: ReportText.duration(total(of: card)))
        }
        let hidden = timeline.cards.count - cards.count
        let note =
            hidden > 0 ? "\(hidden) cards more, which do not stand out, are in the table of the cards." : ""
        return [
            legend(cards), BarRows(title: "Where the time went", rows: rows).content,
            Markup.paragraph(note, class: "note"), flash,
        ]
    }

    private var shown: [CardLane] {
        guard timeline.cards.count > Self.mostRows else { return timeline.cards }
        let first = noted.prefix(Self.mostRows / 2).compactMap { timeline.card($0) }
        let others = timeline.cards.filter { card in !first.contains { $0.slot == card.slot } }
        return first + others.prefix(Self.mostRows - first.count)
    }

    private func total(of card: CardLane) -> Double { card.spans.reduce(0) { $0 + $1.seconds } }

    /// The waits are counted exactly; what is left of the time in which the card received goes to the sending.
    private func parts(of card: CardLane) -> [BarRows.Part] {
        let receiving = [Activity.sending, .server, .pool, .card].reduce(0) { $0 + card.seconds(of: $1) }
        var seconds: [Activity: Double] = [:]
        for activity in Activity.allCases { seconds[activity] = card.seconds(of: activity) }
        let waits = card.serverWaitSeconds + card.poolWaitSeconds + card.cardWaitSeconds
        // A card that was detached waits also while it catches up, which is told as that.
        if waits > 0 && waits <= receiving {
            seconds[.server] = card.serverWaitSeconds
            seconds[.pool] = card.poolWaitSeconds
            seconds[.card] = card.cardWaitSeconds
            seconds[.sending] = receiving - waits
        }
        return Activity.allCases.compactMap { activity in
            guard let value = seconds[activity], value > 0 else { return nil }
            return BarRows.Part(
                value: value, style: "a-\(activity.identifier)", text: "\(activity.label) \(ReportText.duration(value))"
            )
        }
    }

    private func legend(_ cards: [CardLane]) -> String {
        let used = Activity.allCases.filter { activity in cards.contains { $0.seconds(of: activity) > 0 } }
        let swatches = used.map { activity in
            "<li><svg class=\"swatch\" aria-hidden=\"true\" viewBox=\"0 0 24 14\"><rect width=\"24\" height=\"14\" "
                + "class=\"a-\(activity.identifier)\"/></svg>\(activity.label)</li>"
        }
        return "<ul class=\"legend\">\(swatches.joined())</ul>"
    }

    /// What "writing its flash" is made of, by the data sheet: cards that are alike share a row.
    private var flash: String {
        var sorts: [(facts: CardFacts, slots: [Int])] = []
        for card in report.facts?.cards ?? [] where card.flashSeconds > 0 {
            let index = sorts.firstIndex {
                $0.facts.flash == card.flash && $0.facts.flashSeconds == card.flashSeconds
                    && $0.facts.linkSeconds == card.linkSeconds
            }
            if let index { sorts[index].slots.append(card.slot) } else { sorts.append((card, [card.slot])) }
        }
        return Markup.table(
            "What a card's flash and link need for the image at least",
            heading: ["slots", "flash", "erasing", "programming", "reading back", "together", "link"],
            rows: sorts.prefix(Self.mostRows).map { facts, slots in
                [
                    "slot \(ReportText.ranges(slots))", facts.flash, ReportText.duration(facts.eraseSeconds),
                    ReportText.duration(facts.programSeconds), ReportText.duration(facts.readSeconds),
                    ReportText.duration(facts.flashSeconds),
                    facts.linkSeconds > 0 ? ReportText.duration(facts.linkSeconds) : "no limit",
                ]
            }, isOpen: sorts.count > 1)
    }
}
