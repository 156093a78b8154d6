import Reports

/// Bars below each other, each in parts, with a name before and a figure behind it.
struct BarRows {
    struct Part {
        var value: Double
        /// A class of the style sheet.
        var style: String
        var text: String
    }

    struct Row {
        var name: String
        var parts: [Part]
        var figure: String
    }

    let title: String
    let rows: [Row]

    private static let height = 16.0

    var content: String {
        let longest = rows.map { $0.parts.reduce(0) { $0 + $1.value } }.max() ?? 0
        guard longest > 0 else { return "" }
        let lines = rows.map { row in
            var x = 0.0
            var shapes = ""
            for part in row.parts where part.value > 0 {
                let width = part.value / longest * 1000
                shapes +=
                    "<rect x=\"\(Markup.number(x))\" y=\"1\" width=\"\(Markup.number(max(1, width)))\" height=\"14\" "
                    + "class=\"\(part.style)\"><title>\(Markup.escaped(part.text))</title></rect>"
                x += width
            }
            let summary = row.parts.filter { $0.value > 0 }.map(\.text).joined(separator: ", ")
            return "<div class=\"bar\"><span class=\"barname\">\(Markup.escaped(row.name))</span>"
                + Markup.drawing(height: Self.height, title: "\(title): \(row.name)", summary: summary, shapes)
                + "<span class=\"figure\">\(Markup.escaped(row.figure))</span></div>"
        }
        return "<div class=\"bars\">\(lines.joined(separator: "\n"))</div>"
    }
}
