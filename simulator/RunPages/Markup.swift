import Events
import Reports

/// Pieces of a page, and what must not be forgotten in them.
enum Markup {
    /// Text in an element or an attribute. Control characters are told by their numbers: they come from cards and servers.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n": result += " "
            case _
            where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                // Those that turn the direction of the text around.
                || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value):
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    /// A drawing that is stretched to the width of the page, with its text alternative. Texts stand beside it, not in it, so that they
    /// keep their size.
    ///
    /// - Parameters:
    ///   - height: in pixels; the width counts 1000.
    ///   - title: what it is. summary: what it shows, in a sentence.
    static func drawing(height: Double, title: String, summary: String, _ content: String) -> String {
        "<svg role=\"img\" aria-label=\"\(escaped(title)): \(escaped(summary))\" viewBox=\"0 0 1000 \(number(height))\" "
            + "preserveAspectRatio=\"none\" style=\"height:\(number(height))px\">"
            + "<title>\(escaped(title))</title><desc>\(escaped(summary))</desc>\(content)</svg>"
    }

    static func section(_ identifier: String, _ heading: String, _ content: [String]) -> String {
        let body = content.filter { !$0.isEmpty }
        guard !body.isEmpty else { return "" }
        return "<section id=\"\(identifier)\" aria-labelledby=\"h-\(identifier)\">"
            + "<h2 id=\"h-\(identifier)\">\(escaped(heading))</h2>\n\(body.joined(separator: "\n"))</section>"
    }

    static func paragraph(_ text: String, class name: String = "") -> String {
        text.isEmpty ? "" : "<p\(name.isEmpty ? "" : " class=\"\(name)\"")>\(escaped(text))</p>"
    }

    /// A table that is folded away; numbers stand to the right.
    static func table(_ summary: String, heading: [String], rows: [[String]], isOpen: Bool = false) -> String {
        guard !rows.isEmpty else { return "" }
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>"
                + cells.map { cell in
                    let isNumber = cell.first.map { "0123456789-".contains($0) } ?? false
                    return "<\(tag)\(isNumber ? " class=\"n\"" : "")>\(escaped(cell))</\(tag)>"
                }.joined() + "</tr>"
        }
        return
            "<details\(isOpen ? " open" : "")><summary>\(escaped(summary))</summary><div class=\"wide\"><table><thead>"
            + row(heading, "th") + "</thead><tbody>" + rows.map { row($0, "td") }.joined(separator: "\n")
            + "</tbody></table></div></details>"
    }

    /// With at most two digits behind the point: coordinates need no more.
    static func number(_ value: Double) -> String {
        let text = ReportText.fixed(value, 2)
        guard text.contains(".") else { return text }
        var end = text.endIndex
        while text[text.index(before: end)] == "0" { end = text.index(before: end) }
        if text[text.index(before: end)] == "." { end = text.index(before: end) }
        return String(text[..<end])
    }
}
