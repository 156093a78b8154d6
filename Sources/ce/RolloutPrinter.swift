import Activation
import CardDialogue
import Reports
import Rollout
import Runtime
import Terminal

/// Prints a roll-out's progress on the standard error stream: a line for each wave and for each card that changes for good.
struct RolloutPrinter: ActivationObserver {
    /// Whose stream it shares while other groups still download; nil: it has the stream to itself.
    private let progress: ProgressPrinter?

    init(_ progress: ProgressPrinter?) {
        self.progress = progress
    }

    func note(_ event: ActivationEvent, at instant: Instant) {
        guard let line = line(for: event).map(escaped) else { return }
        if let progress {
            progress.say(line)
        } else {
            StandardStream.errors.write(line + "\n")
        }
    }

    private func line(for event: ActivationEvent) -> String? {
        switch event {
        case .waveStarted(let group, let number, let count, let slots):
            "group \(group): wave \(number) of \(count): slots \(ReportText.ranges(slots))"
        case .stopped(let group, let reason): "group \(group): stopped: \(reason)"
        case .cardChanged(let slot, let phase): text(of: phase).map { "slot \(slot) \($0)" }
        case .cardEnded: nil
        }
    }

    private func text(of phase: RolloutPhase) -> String? {
        switch phase {
        case .unstaged, .staged, .checking, .committing: nil
        case .activating: "is activated"
        case .missing(let reason): "is not back yet: \(reason)"
        case .onTrial: "runs the image on trial"
        case .committed: "has committed the image"
        case .rollingBack: "is rolled back"
        case .rolledBack(let reason): "runs its old image again: \(reason)"
        case .failed(let reason): "failed: \(reason)"
        case .unknown(let reason): "is lost: \(reason)"
        }
    }
}
