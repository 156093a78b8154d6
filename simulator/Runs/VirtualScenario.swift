import Download
package import Reports
import Runtime
import Scenarios
package import ShelfModel
import VirtualShelf

/// Runs a scenario on the virtual clock, from its file's contents to its report.
package struct VirtualScenario {
    private let request: RunRequest
    private let shelf: ShelfDescription

    /// - Throws: an image that cannot be read, a card that cannot be built.
    package init(_ request: RunRequest, programs: Programs) throws(ShelfError) {
        guard !request.scenario.bootsImages && request.scenario.steps.isEmpty else {
            throw ShelfError(
                "scenario \(request.scenario.name) boots what it downloads, which takes real processes: run it with --clock real"
            )
        }
        self.request = request
        shelf = try ShelfDescription(request.scenario, lineCardPath: programs.lineCard)
    }

    /// - Throws: a deadlock, with its seed.
    package func run() throws -> RunReport {
        let jobs = shelf.jobs
        let ending = try VirtualRun(shelf, jobs: jobs, mode: request.mode).run(seed: request.scenario.seed)
        var download = DownloadReport(ending.result, jobs: jobs, mode: request.mode, ce: ResourceReport())
        download.linkSecurity = request.scenario.linkSecurity.reported
        for index in download.groups.indices {
            download.groups[index].serverSessions = ending.transfers[index].sessions
            download.groups[index].serverBytes = ending.transfers[index].bytes
            download.groups[index].serverCountedBy = "server"
        }
        return try ReportBuilder(request: request, shelf: shelf, jobs: jobs).report(
            download, differences: ending.differences, simulator: SimulatorReport(),
            traceHash: ending.traceHash.description)
    }
}
