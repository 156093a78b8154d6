import Reports

/// The run's time beside the least possible and what it would have taken card by card.
struct ComparisonFigure {
    let report: RunReport

    var content: [String] {
        var rows: [BarRows.Row] = [row("at least, whatever one does", report.lowerBoundSeconds, "b-bound")]
        if report.mode == .parallel || report.serialSeconds == nil {
            rows.append(row("this run (\(report.mode.rawValue))", report.elapsedSeconds, "b-run"))
        }
        if let pipelined = report.serialPipelinedSeconds {
            rows.append(
                row("serial, pipelined\(mark(.serialPipelined))", pipelined, "b-serial", report.speedupPipelined))
        }
        if let serial = report.serialSeconds {
            rows.append(row("serial, as before\(mark(.serial))", serial, "b-serial", report.speedup))
        }
        let clock = report.serialClock.map { "The serial times are by the \($0.rawValue) clock. " } ?? ""
        let legend =
            "Serial: one card after the other, strictly chunk by chunk. Pipelined: still one after the other, but with server, "
            + "link and flash at work at the same time."
        return [BarRows(title: "Times", rows: rows).content, Markup.paragraph(clock + legend, class: "note")]
    }

    private func mark(_ mode: DownloadMode) -> String { report.mode == mode ? " (this run)" : "" }

    private func row(_ name: String, _ seconds: Double, _ style: String, _ factor: Double? = nil) -> BarRows.Row {
        let times = report.mode == .parallel ? factor.map { ", \(ReportText.fixed($0, 1)) times this run" } ?? "" : ""
        let text = ReportText.duration(seconds) + times
        return BarRows.Row(name: name, parts: [.init(value: seconds, style: style, text: text)], figure: text)
    }
}
