/// Something that happened in a run, as `--events` writes it (`docs/events.md`): for timelines, traces and reports.
package struct RunEvent: Equatable, Sendable {
    /// Since the run began.
    package var seconds: Double
    package var kind: EventKind

    package init(seconds: Double, _ kind: EventKind) {
        self.seconds = seconds
        self.kind = kind
    }

    /// Of the lines' format: what a reader of another version must not guess at.
    package static let version = 1
}
