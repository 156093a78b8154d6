package import Events
import FileServer
package import Reports
import Runtime
import Scenarios
import ShelfModel
import Shelves
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
            return try filed(try VirtualScenario(request, programs: programs).run(), in: folder)
        case .real:
            let loop = EventLoop()
            let request = request
            let (outcome, signal) = try loop.run(cancellingOn: [2, 15]) { () async -> Result<RunEnding, any Error> in
                do {
                    return .success(
                        try await RealScenario(request, programs: programs, folder: folder, loop: loop).run())
                } catch {
                    return .failure(error)
                }
            }
            if let signal { return try interrupted(outcome, by: signal, in: folder) }
            return try filed(try outcome.get(), in: folder)
        }
    }

    /// Starts the scenario's server and shelf, and leaves them running until SIGINT or SIGTERM.
    ///
    /// - Parameter onReady: is handed the command that downloads to the shelf.
    package func hold(onReady: @escaping @Sendable (String) -> Void) throws {
        let programs = try Programs()
        let folder = try RunFolder(root: request.runs, name: request.scenario.name)
        let loop = EventLoop()
        let request = request
        let (failure, signal) = try loop.run(cancellingOn: [2, 15]) { () async -> (any Error)? in
            do {
                try await RealScenario(request, programs: programs, folder: folder, loop: loop).hold(onReady: onReady)
                return nil
            } catch {
                return error
            }
        }
        if signal == nil, let failure { throw failure }
        if request.keepsFlash == false { try folder.removeFlash() }
    }

    /// A run that a signal ended reports as far as it got.
    private func interrupted(
        _ outcome: Result<RunEnding, any Error>, by signal: Int32, in folder: RunFolder
    ) throws(ShelfError) -> RunEnding {
        let exit = ProgramExit(signal: signal)
        guard case .success(var real) = outcome else { return RunEnding(exit: exit) }
        real.exit = exit
        return try filed(real, in: folder)
    }

    /// Writes what the run leaves in its folder.
    private func filed(_ ending: RunEnding, in folder: RunFolder) throws(ShelfError) -> RunEnding {
        guard let report = ending.report else { return ending }
        let files = RunFiles(folder: folder.path)
        try files.write(report, events: ending.events)
        var ending = ending
        ending.reportPath = files.pagePath
        return ending
    }

    /// The exit code of a run that could not be made.
    package static func exit(for error: any Error) -> ProgramExit {
        switch error {
        case is ServerUnavailable, is FileServerError, is ConnectionError, is ChildProcessError: .unavailable
        case let failure as CEFailure: failure.exit
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
    /// What `ce` said of each of the scenario's further downloads.
    package var steps: [DownloadReport] = []
    /// How often cards were started again.
    package var restartCount = 0
    /// What happened, by time.
    package var events: [RunEvent] = []
    /// What is wrong with the flash of a card, by slot.
    package var differences: [(slot: Int, text: String)] = []
}
