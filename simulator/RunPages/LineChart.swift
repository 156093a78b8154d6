import Reports

/// Quantities over time, as lines in one drawing.
struct LineChart {
    struct Line {
        var name: String
        /// Of the style sheet: `l-1` is drawn through, `l-2` with long strokes, `l-3` with points.
        var style: String
        var points: [(seconds: Double, value: Double)]
        /// A value stays until the next one, and the area below it is filled.
        var isStepped = false
    }

    let title: String
    let axis: TimeAxis
    let lines: [Line]
    /// How a value reads.
    let text: (Double) -> String

    private static let height = 120.0
    /// More points than the drawing is wide are not seen.
    private static let mostPoints = 600

    var content: String {
        let values = lines.flatMap { $0.points.map(\.value) }
        guard let top = values.max(), top > 0 else { return "" }
        let scale = top * 1.08
        var body = axis.grid(height: Self.height)
        for line in lines {
            let points = Self.thinned(line.points)
            body += path(points, line, scale)
        }
        let legend = lines.map { line in
            "<li><svg class=\"swatch\" aria-hidden=\"true\" viewBox=\"0 0 24 14\">"
                + "<path class=\"line \(line.style)\" d=\"M0 7H24\"/></svg>\(Markup.escaped(line.name))</li>"
        }
        let drawing = Markup.drawing(height: Self.height, title: title, summary: summary, body)
        return
            "<ul class=\"legend\">\(legend.joined())</ul><div class=\"lanes\"><div class=\"names scale\" aria-hidden=\"true\">"
            + "<span>\(text(scale))</span><span>0</span></div><div class=\"plot\">\(drawing)\(axis.labels)</div></div>"
    }

    private func path(_ points: [(seconds: Double, value: Double)], _ line: Line, _ scale: Double) -> String {
        var data = ""
        for point in points {
            let x = Markup.number(axis.x(point.seconds))
            let y = Markup.number(Self.height - point.value / scale * Self.height)
            if data.isEmpty { data = "M\(x) \(y)" } else { data += line.isStepped ? "H\(x)V\(y)" : "L\(x) \(y)" }
        }
        guard !data.isEmpty else { return "" }
        var body = "<path class=\"line \(line.style)\" d=\"\(data)\"/>"
        if line.isStepped, let first = points.first, let last = points.last {
            let area =
                data + "H\(Markup.number(axis.x(last.seconds)))V\(Markup.number(Self.height))"
                + "H\(Markup.number(axis.x(first.seconds)))Z"
            body = "<path class=\"area\" d=\"\(area)\"/>" + body
        }
        return body
    }

    private var summary: String {
        lines.map { line in
            "\(line.name) at most \(text(line.points.map(\.value).max() ?? 0))"
        }.joined(separator: "; ")
    }

    /// The highest of each group of neighbours: a peak is not lost.
    static func thinned(_ points: [(seconds: Double, value: Double)]) -> [(seconds: Double, value: Double)] {
        guard points.count > mostPoints else { return points }
        let group = (points.count + mostPoints - 1) / mostPoints
        return stride(from: 0, to: points.count, by: group).map { start in
            points[start..<min(start + group, points.count)].max { $0.value < $1.value }!
        }
    }
}
