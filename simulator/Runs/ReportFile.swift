import FoundationEssentials
import Reports

/// Reports as their files have them.
package enum ReportFile {
    package static func text(of report: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(report) else {
            preconditionFailure("a report holds no value that JSON cannot have")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// What `ce download --json` has left in a file; nil when that is no report.
    static func download(at path: String) -> DownloadReport? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return try? JSONDecoder().decode(DownloadReport.self, from: data)
    }
}
