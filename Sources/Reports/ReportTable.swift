/// Text in columns: the first row is the heading; numbers stand to the right.
package struct ReportTable {
    private var rows: [[String]]
    private let textColumns: Set<Int>

    /// - Parameter textColumns: those that stand to the left though they may begin with a digit, as a version does.
    package init(heading: [String], textColumns: Set<Int> = []) {
        rows = [heading]
        self.textColumns = textColumns
    }

    /// - Precondition: as many cells as the heading has.
    package mutating func add(_ row: [String]) {
        precondition(row.count == rows[0].count)
        rows.append(row)
    }

    package var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
        let isNumeric = rows[0].indices.map { column in
            !textColumns.contains(column)
                && rows.dropFirst().allSatisfy { $0[column].first.map { "0123456789-".contains($0) } ?? true }
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
