import Download
import Plans
import Runtime
import Terminal

/// Prints a download's progress on the standard error stream, as the stream can show it.
final class ProgressPrinter: DownloadObserver {
    enum Style: String, CaseIterable, Sendable {
        /// `tty` on a terminal, `plain` elsewhere.
        case auto
        /// One line that is drawn anew.
        case tty
        /// A line now and then, and one for each failure.
        case plain
        case quiet
    }

    private struct State {
        var progress: DownloadProgress
        var startedAt: Instant?
        var lastSummary: Instant?
        var isLineOpen = false
    }

    /// A person sees no more; a log wants less.
    private static let redrawPeriod: Duration = .milliseconds(100)
    private static let logPeriod: Duration = .seconds(2)

    private let stream = StandardStream.errors
    private let style: Style
    private let state: LoopBound<State>

    init(style: Style, groups: [PlannedGroup], loop: any Loop) {
        self.style = style == .auto ? (stream.isTerminal ? .tty : .plain) : style
        state = LoopBound(State(progress: DownloadProgress(groups)), on: loop)
    }

    func note(_ event: DownloadEvent, at instant: Instant) {
        let line = state.value.progress.note(event)
        if state.value.startedAt == nil { state.value.startedAt = instant }
        guard style != .quiet else { return }
        if let line { say(line) }
        let period = style == .tty ? Self.redrawPeriod : Self.logPeriod
        let last = state.value.lastSummary ?? state.value.startedAt!
        if last.duration(to: instant) >= period {
            state.value.lastSummary = instant
            show(state.value.progress.summary(after: state.value.startedAt!.duration(to: instant)))
        }
    }

    /// Leaves the terminal with the cursor on a line of its own.
    func finish() {
        guard state.value.isLineOpen else { return }
        stream.write("\r\u{1B}[K")
        state.value.isLineOpen = false
    }

    /// Prints a line of its own, unless nothing is to be said.
    func say(_ line: String) {
        guard style != .quiet else { return }
        stream.write((state.value.isLineOpen ? "\r\u{1B}[K" : "") + line + "\n")
        state.value.isLineOpen = false
    }

    private func show(_ summary: String) {
        guard style == .tty else { return say(summary) }
        stream.write("\r\u{1B}[K" + String(summary.prefix(max(20, stream.columns - 1))))
        state.value.isLineOpen = true
    }
}
