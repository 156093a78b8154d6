import Reports
import Runs
import Scenarios
import Shelves

/// A run of a scenario by the program `simulator`, and what the whole program cost.
struct SimulatorRun {
    var report: RunReport
    var wallSeconds: Double
    var cpuSeconds: Double
    var residentBytes: Int
}

extension Workshop {
    /// - Throws: a run in which a card has not got its image: its figures mean nothing.
    ///
    /// - Parameter settings: `path=value`, each in place of the scenario's own.
    func simulate(
        _ scenario: String, clock: RunClock, mode: DownloadMode = .parallel, settings: [String] = []
    ) async throws -> SimulatorRun {
        let program = try await run(
            self.program("simulator"),
            [
                "run", scenario, "--clock", clock.rawValue, "--mode", mode.rawValue, "--runs", "\(folder)/runs",
                "--progress", "quiet", "--json",
            ] + settings.flatMap { ["--set", $0] })
        // 1: an expectation of the scenario failed; its figures are what is asked for here.
        let report = try self.report(
            RunReport.self, of: program, named: "the simulator", codes: [0, ProgramExit.failed.rawValue])
        guard let wrong = report.cards.first(where: { $0.outcome != .success || !$0.digestIsOK }) else {
            return SimulatorRun(
                report: report, wallSeconds: program.wallSeconds, cpuSeconds: program.cpuSeconds,
                residentBytes: program.residentBytes)
        }
        throw BenchmarkError(
            "slot \(wrong.slot) \(wrong.outcome.rawValue): \(wrong.reason ?? report.failures.first ?? "no reason is known")"
        )
    }
}
