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
}
