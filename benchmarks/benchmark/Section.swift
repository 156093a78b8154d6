import Reports

/// What a benchmark found, as BENCHMARKS.md shows it.
struct Section {
    /// A table, with what it is about.
    struct Table {
        var title: String
        var heading: [String]
        var rows: [[String]]
    }

    private(set) var tables: [Table] = []
    /// What has a target, each with the title of its table.
    private(set) var judgements: [(title: String, isReached: Bool)] = []

    mutating func add(_ title: String, _ figures: [Figure]) {
        for figure in figures {
            guard let isReached = figure.isReached else { continue }
            judgements.append(("\(title): \(figure.name)", isReached))
        }
        tables.append(Table(title: title, heading: Figure.heading, rows: figures.map(\.row)))
    }

    /// Adds what has no median: one round after the other, say.
    mutating func add(_ table: Table) {
        tables.append(table)
    }

    var markdown: String {
        tables.map(\.markdown).joined(separator: "\n\n")
    }

    /// For a terminal.
    var text: String {
        tables.map { table in
            var columns = ReportTable(heading: table.heading)
            for row in table.rows { columns.add(row) }
            return ([table.title] + columns.lines).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

extension Section.Table {
    var markdown: String {
        func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
        let lines = [line(heading), line(heading.map { _ in "---" })] + rows.map(line)
        return "\(title):\n\n" + lines.joined(separator: "\n")
    }
}
