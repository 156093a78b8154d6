/// Text in columns: the first row is the heading; numbers stand to the right.
package struct ReportTable {
    private var rows: [[String]]

    package init(heading: [String]) {
        rows = [heading]
    }

    /// - Precondition: as many cells as the heading has.
    package mutating func add(_ row: [String]) {
        precondition(row.count == rows[0].count)
        rows.append(row)
    }

    package var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
        let isNumeric = rows[0].indices.map { column in
            rows.dropFirst().allSatisfy { $0[column].first.map { "0123456789-".contains($0) } ?? true }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "  " : "   ") + (isNumeric[column] ? padding + cell : cell + padding)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
