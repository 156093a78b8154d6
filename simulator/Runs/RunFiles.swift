import Events
import FoundationEssentials
package import Reports
import RunPages
package import ShelfModel

/// What a run leaves in its folder for those who look at it: `report.json`, `events.jsonl`, and what is made of these two, `report.html`
/// and `trace.json`.
package struct RunFiles {
    private let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    package var pagePath: String { "\(folder)/report.html" }

    /// Writes all of them, each whole or not at all.
    func write(_ report: RunReport, events: [RunEvent]) throws(ShelfError) {
        try OutputFile.replace("\(folder)/events.jsonl", with: EventStream.bytes(of: events))
        try OutputFile.replace("\(folder)/report.json", with: Array((ReportFile.text(of: report) + "\n").utf8))
        try writePages(report, events)
    }

    /// Makes the page and the trace again from what a run has left.
    ///
    /// - Returns: the report.
    /// - Throws: a folder that is no run's, and a file that cannot be written.
    package func writePages() throws(ShelfError) -> RunReport {
        let report = try report()
        try writePages(report, EventLines.read("\(folder)/events.jsonl"))
        return report
    }

    /// - Throws: a folder that is no run's.
    package func report() throws(ShelfError) -> RunReport {
        let path = "\(folder)/report.json"
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            throw ShelfError("\(path) cannot be read: give the folder of a run, such as runs/20cards")
        }
        do { return try JSONDecoder().decode(RunReport.self, from: data) } catch {
            throw ShelfError("\(path) is no report of this version of the simulator: run the scenario again")
        }
    }

    private func writePages(_ report: RunReport, _ events: [RunEvent]) throws(ShelfError) {
        let page = ReportPage(report, events: events, json: ReportFile.text(of: report))
        try OutputFile.replace(pagePath, with: Array(page.text.utf8))
        let trace = TraceFile.text(of: TimelineBuilder.timeline(of: events))
        try OutputFile.replace("\(folder)/trace.json", with: Array(trace.utf8))
    }
}
