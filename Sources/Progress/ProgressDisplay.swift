package import Events
import Glibc
package import Runtime
package import Terminal

/// Shows a run's progress on a stream, as the stream can show it: at most ten times a second.
package final class ProgressDisplay: RunEventSink {
    private struct State {
        var progress = ProgressState()
        var painter: ScreenPainter
        /// Of the run.
        var seconds = 0.0
        /// By this machine's clock, on which a person watches.
        var shownAt = -1.0
        var summarizedAt: Double
        var hasChanged = false
        var isFinished = false
    }

    /// A person sees no more.
    package static let redrawPeriod: Duration = .milliseconds(100)
    /// A log wants less.
    private static let summarySeconds = 2.0

    private let stream: StandardStream
    private let style: ProgressStyle
    private let isColoured: Bool
    private let loop: any Loop
    private let state: LoopBound<State>

    package init(style: ProgressStyle, stream: StandardStream = .errors, loop: any Loop) {
        self.stream = stream
        self.loop = loop
        self.style = style == .auto ? (stream.isTerminal ? .tty : .plain) : style
        isColoured = stream.takesColour
        state = LoopBound(
            State(painter: ScreenPainter(isColoured: isColoured), summarizedAt: Self.monotonicSeconds()), on: loop)
    }

    package func note(_ event: RunEvent) {
        guard style != .quiet else { return }
        state.value.seconds = max(state.value.seconds, event.seconds)
        state.value.progress.note(event)
        state.value.hasChanged = true
        show()
    }

    /// Shows it again and again, until the task is cancelled: the time goes on also where nothing happens.
    package func run() async {
        guard style != .quiet else { return }
        while (try? await loop.sleep(for: Self.redrawPeriod)) != nil {
            state.value.seconds = max(state.value.seconds, loop.now.sinceStart.seconds)
            state.value.hasChanged = true
            show()
        }
    }

    /// Leaves the terminal clean, and a log complete.
    package func finish() {
        guard style != .quiet, !state.value.isFinished else { return }
        state.value.isFinished = true
        switch style {
        case .tty: stream.write(state.value.painter.clear(columns: stream.size.columns))
        case .plain: write(state.value.progress.takeLogLines(at: state.value.seconds))
        case .auto, .quiet: break
        }
    }

    private func show() {
        let now = Self.monotonicSeconds()
        guard state.value.hasChanged, !state.value.isFinished,
            now - state.value.shownAt >= Self.redrawPeriod.seconds
        else { return }
        state.value.shownAt = now
        state.value.hasChanged = false
        if style == .tty { draw() } else { log(now) }
    }

    private func draw() {
        // In place of SIGWINCH: whoever makes the window smaller sees it within a tenth of a second.
        let size = stream.size
        // What happens to a card stands in its line; the rest is said above them, once.
        let above = state.value.progress.takeChanges().filter { $0.slot == nil }
            .map { ProgressLine(SafeText.cut($0.text, to: size.columns - 1), $0.tone) }
        let lines = state.value.progress.lines(columns: size.columns, rows: size.rows, at: state.value.seconds)
        stream.write(state.value.painter.draw(lines, above: above, columns: size.columns))
    }

    private func log(_ now: Double) {
        write(state.value.progress.takeLogLines(at: state.value.seconds))
        guard now - state.value.summarizedAt >= Self.summarySeconds else { return }
        state.value.summarizedAt = now
        write([state.value.progress.summary(at: state.value.seconds)])
    }

    private func write(_ lines: [ProgressLine]) {
        guard !lines.isEmpty else { return }
        stream.write(lines.map { $0.painted(isColoured: isColoured) + "\n" }.joined())
    }

    /// Of the person who watches, also where the run is on the virtual clock (CLOCK_MONOTONIC, clock_gettime(2)).
    private static func monotonicSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
