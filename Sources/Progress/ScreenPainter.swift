/// Draws lines over those that it drew before; pure: what to draw in, what to write out.
///
/// The cursor stands below the lines and is never hidden, so that a terminal is left as it should be however the program ends.
package struct ScreenPainter: Sendable {
    private var drawn: [String] = []
    private let isColoured: Bool

    package init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    /// - Parameters:
    ///   - above: lines that stay, above those that are drawn anew.
    ///   - columns: the terminal's width now.
    /// - Returns: what to write (ECMA-48: CUU, ED, EL).
    package mutating func draw(_ lines: [ProgressLine], above: [ProgressLine] = [], columns: Int) -> String {
        var text = home(columns: columns)
        for line in above { text += "\u{1B}[K\(line.painted(isColoured: isColoured))\r\n" }
        for line in lines { text += "\u{1B}[K\(line.painted(isColoured: isColoured))\r\n" }
        drawn = lines.map(\.text)
        return text + "\u{1B}[J"
    }

    /// Leaves nothing of what was drawn, and the cursor where that began.
    package mutating func clear(columns: Int) -> String {
        guard !drawn.isEmpty else { return "" }
        defer { drawn = [] }
        return home(columns: columns) + "\u{1B}[J"
    }

    /// To the first of the lines that were drawn. In a terminal that was made narrower meanwhile they take more rows.
    private func home(columns: Int) -> String {
        let width = max(1, columns)
        let rows = drawn.reduce(0) { $0 + max(1, ($1.utf8.count + width - 1) / width) }
        return rows > 0 ? "\r\u{1B}[\(rows)A" : ""
    }
}
