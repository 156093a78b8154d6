package import Events
package import Reports

/// A run as a page: `runs/NAME/report.html`.
package struct ReportPage {
    private let report: RunReport
    private let events: [RunEvent]
    private let timeline: RunTimeline
    private let findings: RunFindings
    private let json: String

    private static let mostEvents = 300
    private static let mostEventsOfFailure = 15
    private static let mostFailures = 50

    /// - Parameter json: the report as `report.json` has it.
    package init(_ report: RunReport, events: [RunEvent], json: String) {
        self.report = report
        self.events = events
        self.json = json
        timeline = TimelineBuilder.timeline(of: events)
        findings = RunFindings(report, timeline)
    }

    package var text: String {
        let noted = findings.notedSlots
        let pool = PoolFigures(timeline: timeline)
        return Page.text(
            title: "\(report.scenario): \(report.passed ? "passed" : "FAILED")",
            body: [
                heading, tiles, explanation, failures,
                Markup.section(
                    "timeline", "What every card did", TimelineFigure(timeline: timeline, noted: noted).content),
                Markup.section(
                    "time", "Where the time went",
                    [groupTimes] + TimeShareFigure(report: report, timeline: timeline, noted: noted).content + [groups]),
                Markup.section("comparison", "Compared", ComparisonFigure(report: report).content),
                Markup.section("pool", "Memory of the pool", pool.pool),
                Markup.section("throughput", "Throughput", pool.throughput),
                Markup.section("wear", "Wear of the flash", WearFigure(cards: report.facts?.cards ?? []).content),
                Markup.section("cards", "Cards", [cards]),
                Markup.section("events", "Events", [eventTable]),
                Markup.section("repeat", "To repeat it", environment),
            ], data: json)
    }

    // MARK: At the top

    private var heading: String {
        "<header><h1>\(Markup.escaped(report.scenario))</h1>"
            + Markup.paragraph(
                "\(report.mode.rawValue), \(report.clock.rawValue) clock, seed \(report.seed)", class: "note")
            + "<p id=\"verdict\" class=\"verdict \(report.passed ? "passed" : "failed")\">\(Markup.escaped(findings.verdict))</p></header>"
    }

    private var tiles: String {
        var tiles = [("took", ReportText.duration(report.elapsedSeconds))]
        if report.efficiency > 0 { tiles.append(("of what is possible", ReportText.percent(report.efficiency))) }
        if report.mode == .parallel, let speedup = report.speedup {
            tiles.append(("as fast as card by card", "\(ReportText.fixed(speedup, 1)) times"))
        }
        let sessions = report.groups.reduce(0) { $0 + $1.serverSessions }
        let bytes = report.groups.reduce(0) { $0 + $1.serverBytes }
        tiles.append(("\(ReportText.bytes(bytes)) in all from the server", ReportText.count(sessions, "transfer")))
        let peak = report.groups.map(\.poolPeakBytes).reduce(0, +)
        let budget = report.groups.map(\.poolBudgetBytes).max() ?? 0
        tiles.append(("of the pool's \(ReportText.bytes(budget)) used at most", ReportText.bytes(peak)))
        if report.clock == .real, report.ce.maximumResidentBytes > 0 {
            tiles.append(("of processor time in the CE", "\(ReportText.fixed(report.ce.cpuSeconds, 2)) s"))
        }
        let items = tiles.map { "<li><b>\(Markup.escaped($1))</b><span>\(Markup.escaped($0))</span></li>" }
        return "<ul class=\"tiles\">\(items.joined())</ul>"
    }

    private var explanation: String {
        let items = (findings.pace + findings.cards).map { "<li>\(Markup.escaped($0))</li>" }
        return items.isEmpty
            ? "" : Markup.section("findings", "What to know", ["<ul>\(items.joined(separator: "\n"))</ul>"])
    }

    // MARK: What was not as expected

    private var failures: String {
        let shown = report.failures.prefix(Self.mostFailures).map { failure in
            "<li>\(Markup.escaped(failure))\(eventList(of: failure))</li>"
        }
        let rest = report.failures.count - shown.count
        guard !shown.isEmpty else { return "" }
        return Markup.section(
            "failures", "Expectations that were not met",
            [
                "<ol>\(shown.joined(separator: "\n"))</ol>",
                rest > 0 ? Markup.paragraph("and \(rest) more, in the data of this page") : "",
            ])
    }

    /// The events of the cards that the failure names; of the whole shelf where it names none.
    private func eventList(of failure: String) -> String {
        let slots = NamedSlots.slots(in: failure)
        let related = events.filter { event in
            guard event.sentence != nil else { return false }
            guard !slots.isEmpty else { return event.isTrouble }
            return event.slot(in: slots) && (slots.count <= 3 || event.isTrouble)
                || event.isTrouble && event.kind.slot == nil
        }
        let items = related.suffix(Self.mostEventsOfFailure).map { event in
            "<li>\(ReportText.duration(event.seconds)): \(Markup.escaped(event.sentence!))</li>"
        }
        return items.isEmpty ? "" : "<ul class=\"related\">\(items.joined())</ul>"
    }

    /// What the groups waited for, in a line each.
    private var groupTimes: String {
        report.groups.compactMap { group in
            guard let time = group.time else { return nil }
            let cards = report.cards.filter { $0.group == group.name }
            return Markup.paragraph(
                "Group \(group.name), \(time.line(cards: cards, elapsedSeconds: group.elapsedSeconds)).")
        }.joined()
    }

    // MARK: Tables

    private var groups: String {
        Markup.table(
            "The groups as a table",
            heading: [
                "group", "image", "transfers", "from the server", "counted by", "pool at most", "of", "blocks", "depth",
            ],
            rows: report.groups.map { group in
                [
                    group.name, ReportText.bytes(group.imageBytes), "\(group.serverSessions)",
                    ReportText.bytes(group.serverBytes), group.serverCountedBy, ReportText.bytes(group.poolPeakBytes),
                    ReportText.bytes(group.poolBudgetBytes), ReportText.bytes(group.blockBytes),
                    "\(group.depthMinimum) to \(group.depthMaximum)",
                ]
            })
    }

    private var cards: String {
        Markup.table(
            "All \(report.cards.count) cards as a table",
            heading: [
                "slot", "group", "outcome", "state", "took", "at least", "sent", "from", "flash compared", "reason",
            ],
            rows: report.cards.map { card in
                [
                    "\(card.slot)", card.group, card.outcome.rawValue, card.state?.rawValue ?? "",
                    ReportText.duration(card.elapsedSeconds), card.boundSeconds.map { ReportText.duration($0) } ?? "",
                    ReportText.bytes(card.bytes), (card.source ?? "") + (card.isDetached ? ", detached" : ""),
                    card.digestIsOK ? "right" : "not the image", card.reason ?? "",
                ]
            })
    }

    private var eventTable: String {
        let told = events.compactMap { event in event.sentence.map { (event.seconds, $0) } }
        let rest = told.count - Self.mostEvents
        let rows = told.prefix(Self.mostEvents).map { [ReportText.duration($0), $1] }
        return Markup.table(
            "\(ReportText.count(told.count, "event"))\(rest > 0 ? ", the first \(Self.mostEvents); all are in events.jsonl" : "")",
            heading: ["after", "what"], rows: Array(rows))
    }

    private var environment: [String] {
        let facts = (report.facts?.environment ?? []).map { [$0.name, $0.value] }
        let trace = report.traceHash.map { [["trace of the virtual clock", $0]] } ?? []
        return [
            "<pre id=\"command\">\(Markup.escaped(report.command))</pre>",
            Markup.table("On what it ran", heading: ["what", "value"], rows: facts + trace, isOpen: true),
        ]
    }
}

extension RunEvent {
    fileprivate func slot(in slots: Set<Int>) -> Bool { kind.slot.map { slots.contains($0) } ?? false }
}
