import FoundationEssentials
package import Reports

/// A run's report as `report.json` has it.
package enum ReportFile {
    package static func text(of report: RunReport) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(report) else {
            preconditionFailure("a report holds no value that JSON cannot have")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// What `ce activate`, `commit`, `rollback` or `abort` has left in a file; nil when that is no report.
    static func shelf(at path: String) -> ShelfReport? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return try? JSONDecoder().decode(ShelfReport.self, from: data)
    }

    /// What `ce download --json` has left in a file; nil when that is no report.
    static func download(at path: String) -> DownloadReport? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return try? JSONDecoder().decode(DownloadReport.self, from: data)
    }
}
