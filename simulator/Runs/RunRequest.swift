package import FlashModel
package import Reports
package import Scenarios

/// A scenario, and how it is to be run.
package struct RunRequest: Sendable {
    package var scenario: Scenario
    package var mode: DownloadMode
    package var clock: RunClock
    /// The folder of all runs.
    package var runs: String
    /// How the CE shows its progress.
    package var progress: String
    /// Leave the cards' flash files where they are, also after success.
    package var keepsFlash: Bool
    /// What to type to run it again.
    package var command: String
    /// Where the power of a slot's card fails, once: on the real clock.
    package var powerCuts: [UInt16: PowerCut] = [:]
    /// Who runs it, and its version: for the report.
    package var program = "simulator"

    package init(
        scenario: Scenario, mode: DownloadMode, clock: RunClock, runs: String, progress: String, keepsFlash: Bool,
        command: String
    ) {
        self.scenario = scenario
        self.mode = mode
        self.clock = clock
        self.runs = runs
        self.progress = progress
        self.keepsFlash = keepsFlash
        self.command = command
    }
}
