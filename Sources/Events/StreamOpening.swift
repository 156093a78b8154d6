package import Reports

/// What a stream of events begins with.
package struct StreamOpening: Equatable, Sendable {
    /// Who writes it: `ce 0.1.0`.
    package var program: String
    package var mode: DownloadMode
    package var clock: RunClock
    /// The machine's monotonic clock (CLOCK_MONOTONIC, clock_gettime(2)) at the stream's time 0, so that streams of several
    /// programs can be put side by side; nil on the virtual clock.
    package var monotonicSeconds: Double?

    package init(program: String, mode: DownloadMode, clock: RunClock, monotonicSeconds: Double? = nil) {
        self.program = program
        self.mode = mode
        self.clock = clock
        self.monotonicSeconds = monotonicSeconds
    }
}
