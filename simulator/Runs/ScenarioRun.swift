package import Reports
import Runtime
import Scenarios
import ShelfModel
import VirtualShelf

/// A run of a scenario on either clock, with its folder, to its report.
package struct ScenarioRun {
    private let request: RunRequest

    package init(_ request: RunRequest) {
        self.request = request
    }

    /// - Throws: when there is nothing to report: `ShelfError`, or `Unavailable`.
    package func run() throws -> RunEnding {
        let programs = try Programs()
        let folder = try RunFolder(root: request.runs, name: request.scenario.name)
        switch request.clock {
        case .virtual:
            let report = try VirtualScenario(request, programs: programs).run()
            return try ending(report, exit: report.passed ? .success : .failed, in: folder)
        case .real:
            fatalError()
        }
    }

    private func ending(_ report: RunReport, exit: ProgramExit, in folder: RunFolder) throws(ShelfError) -> RunEnding {
        try folder.write(ReportFile.text(of: report) + "\n", to: "report.json")
        return RunEnding(report: report, reportPath: "\(folder.path)/report.json", exit: exit)
    }

    /// The exit code of a run that could not be made.
    package static func exit(for error: any Error) -> ProgramExit {
        switch error {
        case is ShelfError: .cannotWrite
        default: .internalError
        }
    }
}

/// How a run ended.
package struct RunEnding: Sendable {
    /// nil when the run ended before there was anything to report.
    package var report: RunReport?
    package var reportPath: String?
    package var exit: ProgramExit
}
