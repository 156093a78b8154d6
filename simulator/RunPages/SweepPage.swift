import Reports

/// A sweep as a page: time and memory against what was varied, the knee marked.
package struct SweepPage {
    private let result: SweepResult
    private let json: String

    private static let height = 200.0
    private static let styles = ["l-1", "l-2", "l-3", "l-4", "l-5"]

    package init(_ result: SweepResult, json: String) {
        self.result = result
        self.json = json
    }

    package var text: String {
        Page.text(
            title: "\(result.scenario): \(result.paths.joined(separator: ", "))",
            body: [
                "<header><h1>\(Markup.escaped(result.scenario)) against \(Markup.escaped(result.paths[0]))</h1>"
                    + Markup.paragraph("\(result.clock.rawValue) clock", class: "note") + "</header>",
                "<ul id=\"verdict\">"
                    + result.conclusions.map { "<li>\(Markup.escaped($0))</li>" }.joined() + "</ul>",
                Markup.section("time", "Time", [chart("Time", { $0.elapsedSeconds }, { ReportText.duration($0) })]),
                Markup.section(
                    "memory", "Memory of the pool at most",
                    [chart("Memory", { Double($0.poolPeakBytes) }, { ReportText.bytes(Int($0)) })]),
                Markup.section("values", "All values", [table]),
                Markup.section(
                    "repeat", "To repeat it", ["<pre id=\"command\">\(Markup.escaped(result.command))</pre>"]),
            ], data: json)
    }

    /// The values at equal distances: they mostly double from one to the next.
    private func chart(_ title: String, _ value: (SweepPoint) -> Double, _ text: (Double) -> String) -> String {
        let curves = result.curves
        let labels = curves.map(\.points).max { $0.count < $1.count }?.map { $0.values[0] } ?? []
        let top = (result.points.map(value).max() ?? 0) * 1.08
        guard top > 0 else { return "" }
        func x(_ index: Int) -> Double { labels.count > 1 ? 20 + 960 * Double(index) / Double(labels.count - 1) : 500 }
        func y(_ point: SweepPoint) -> Double { Self.height - value(point) / top * Self.height }
        var body = ""
        var marks = ""
        for (number, curve) in curves.enumerated() {
            let places = curve.points.compactMap { point in
                labels.firstIndex(of: point.values[0]).map { (x($0), y(point)) }
            }
            let path = places.map { "\(Markup.number($0.0)) \(Markup.number($0.1))" }.joined(separator: "L")
            body += "<path class=\"line \(Self.styles[number % Self.styles.count])\" d=\"M\(path)\"/>"
            guard let knee = curve.knee, knee < places.count else { continue }
            let label = Markup.escaped("the knee: \(curve.points[knee].values[0]), \(text(value(curve.points[knee])))")
            marks +=
                "<span class=\"mark knee\" role=\"img\" aria-label=\"\(label)\" title=\"\(label)\" "
                + "style=\"left:\(Markup.number(places[knee].0 / 10))%;top:\(Markup.number(places[knee].1 - 9))px\">◉</span>"
        }
        let summary = curves.map { curve in
            (curve.name.isEmpty ? "" : "\(curve.name): ")
                + curve.points.map { "\($0.values[0]) \(text(value($0)))" }.joined(separator: ", ")
        }.joined(separator: "; ")
        let axis = labels.enumerated().map { index, label in
            "<span style=\"left:\(Markup.number(x(index) / 10))%;transform:translateX(-50%)\">\(Markup.escaped(label))</span>"
        }
        return legend(curves)
            + "<div class=\"lanes\"><div class=\"names scale\" style=\"height:\(Int(Self.height))px\" aria-hidden=\"true\">"
            + "<span>\(text(top))</span><span>0</span></div><div class=\"plot\">"
            + Markup.drawing(height: Self.height, title: title, summary: summary, body) + marks
            + "<div class=\"axis\" aria-hidden=\"true\">\(axis.joined())</div></div></div>"
    }

    private func legend(_ curves: [SweepResult.Curve]) -> String {
        var items = curves.enumerated().filter { !$1.name.isEmpty }.map { number, curve in
            "<li><svg class=\"swatch\" aria-hidden=\"true\" viewBox=\"0 0 24 14\"><path class=\"line "
                + "\(Self.styles[number % Self.styles.count])\" d=\"M0 7H24\"/></svg>\(Markup.escaped(curve.name))</li>"
        }
        items.append("<li><b class=\"symbol\">◉</b>the knee: more brings no hundredth</li>")
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }

    private var table: String {
        Markup.table(
            "All values as a table", heading: result.paths + ["time", "at least", "pool at most", ""],
            rows: result.points.map { point in
                point.values + [
                    ReportText.duration(point.elapsedSeconds), ReportText.duration(point.lowerBoundSeconds),
                    ReportText.bytes(point.poolPeakBytes), point.passed ? "" : "FAILED",
                ]
            }, isOpen: true)
    }
}
