package import Reports

/// Runs beside each other: a row for each figure, a column for each run, the first of which the others are measured by.
package struct Comparison {
    private let runs: [(name: String, report: RunReport)]

    /// - Precondition: at least two runs.
    package init(_ runs: [(name: String, report: RunReport)]) {
        precondition(runs.count >= 2, "one run is compared with nothing")
        self.runs = runs
    }

    private typealias Figure = (
        name: String, value: @Sendable (RunReport) -> Double?, text: @Sendable (Double) -> String
    )

    private static let figures: [Figure] = [
        ("time", { $0.elapsedSeconds }, { ReportText.duration($0) }),
        ("at least", { $0.lowerBoundSeconds }, { ReportText.duration($0) }),
        ("of what is possible", { $0.efficiency > 0 ? $0.efficiency : nil }, { ReportText.percent($0) }),
        ("times serial", { $0.speedup }, { ReportText.fixed($0, 1) }),
        ("times pipelined", { $0.speedupPipelined }, { ReportText.fixed($0, 1) }),
        ("slowest card", { $0.cards.map(\.elapsedSeconds).max() }, { ReportText.duration($0) }),
        ("median card", { median($0.cards.map(\.elapsedSeconds)) }, { ReportText.duration($0) }),
        ("cards", { Double($0.cards.count) }, { ReportText.fixed($0, 0) }),
        (
            "cards without the image", { Double($0.cards.count { $0.outcome != .success && $0.outcome != .skipped }) },
            { ReportText.fixed($0, 0) }
        ),
        ("cards detached", { Double($0.cards.count { $0.isDetached }) }, { ReportText.fixed($0, 0) }),
        ("transfers", { Double($0.groups.reduce(0) { $0 + $1.serverSessions }) }, { ReportText.fixed($0, 0) }),
        ("from the server", { Double($0.groups.reduce(0) { $0 + $1.serverBytes }) }, { ReportText.bytes(Int($0)) }),
        ("pool at most", { Double($0.groups.reduce(0) { $0 + $1.poolPeakBytes }) }, { ReportText.bytes(Int($0)) }),
        (
            "memory of the CE", { $0.clock == .real ? Double($0.ce.maximumAnonymousBytes) : nil },
            { ReportText.bytes(Int($0)) }
        ),
        ("processor of the CE", { $0.clock == .real ? $0.ce.cpuSeconds : nil }, { "\(ReportText.fixed($0, 2)) s" }),
    ]

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
    }

    private var heading: [String] { ["figure"] + runs.map(\.name) }

    private var rows: [[String]] {
        var rows = [
            ["verdict"] + runs.map { $0.report.passed ? "passed" : "FAILED" },
            ["scenario"]
                + runs.map { "\($0.report.scenario), \($0.report.mode.rawValue), \($0.report.clock.rawValue)" },
            ["seed"] + runs.map { "\($0.report.seed)" },
        ]
        for figure in Self.figures {
            let values = runs.map { figure.value($0.report) }
            guard values.contains(where: { $0 != nil }) else { continue }
            rows.append(
                [figure.name]
                    + values.enumerated().map { index, value in
                        guard let value else { return "–" }
                        return figure.text(value) + (index > 0 ? Self.change(value, from: values[0]) : "")
                    })
        }
        return rows
    }

    /// ` (+4.2 %)`; nothing where it is the same, or nothing to measure by.
    static func change(_ value: Double, from first: Double?) -> String {
        guard let first, first != 0 else { return "" }
        let percent = (value / first - 1) * 100
        guard abs(percent) >= 0.05 else { return "" }
        return " (\(percent > 0 ? "+" : "")\(ReportText.fixed(percent, abs(percent) >= 100 ? 0 : 1)) %)"
    }

    package var lines: [String] {
        var table = ReportTable(heading: heading, textColumns: Set(1...runs.count))
        for row in rows { table.add(row) }
        return table.lines
    }

    /// - Parameter json: the reports, as a JSON array.
    package func page(json: String, command: String) -> String {
        let bars = runs.map { name, report in
            BarRows.Row(
                name: name,
                parts: [
                    .init(
                        value: report.elapsedSeconds, style: report.passed ? "b-run" : "a-lost",
                        text: ReportText.duration(report.elapsedSeconds))
                ], figure: ReportText.duration(report.elapsedSeconds) + (report.passed ? "" : ", FAILED"))
        }
        let pools = runs.map { name, report in
            let peak = report.groups.reduce(0) { $0 + $1.poolPeakBytes }
            return BarRows.Row(
                name: name, parts: [.init(value: Double(peak), style: "b-serial", text: ReportText.bytes(peak))],
                figure: ReportText.bytes(peak))
        }
        return Page.text(
            title: "\(runs.map(\.name).joined(separator: ", ")) compared",
            body: [
                "<header><h1>\(runs.count) runs compared</h1></header>",
                Markup.section("time", "Time", [BarRows(title: "Time", rows: bars).content]),
                Markup.section("memory", "Memory of the pool at most", [BarRows(title: "Memory", rows: pools).content]),
                Markup.section(
                    "figures", "Figures",
                    [
                        Markup.paragraph("In brackets: against \(runs[0].name).", class: "note"),
                        Markup.table("All figures", heading: heading, rows: rows, isOpen: true),
                    ]),
                Markup.section("repeat", "To repeat it", ["<pre id=\"command\">\(Markup.escaped(command))</pre>"]),
            ], data: json)
    }
}
