package import Events
import Rollout
package import Runtime

/// Hands a roll-out's events to whoever wants them as events of a run.
package struct ActivationEventRelay: ActivationObserver {
    private let sinks: [any RunEventSink]

    package init(to sinks: [any RunEventSink]) {
        self.sinks = sinks
    }

    package func note(_ event: ActivationEvent, at instant: Instant) {
        let event = RunEvent(seconds: instant.sinceStart.seconds, EventKind(event))
        for sink in sinks { sink.note(event) }
    }
}

extension EventKind {
    init(_ event: ActivationEvent) {
        switch event {
        case .waveStarted(let group, let number, let count, let slots):
            self = .waveStarted(group: group, number: number, count: count, slots: slots)
        case .cardChanged(let slot, let phase):
            self = .cardActivation(slot: slot, phase: phase.name, reason: phase.reason)
        case .stopped(let group, let reason): self = .rolloutStopped(group: group, reason: reason)
        case .cardEnded(let slot, let state, let reason):
            self = .cardRolledOut(slot: slot, state: state, reason: reason)
        }
    }
}

extension RolloutPhase {
    /// As a stream of events has it.
    fileprivate var name: String {
        switch self {
        case .unstaged: "unstaged"
        case .staged: "staged"
        case .activating: "activating"
        case .missing: "missing"
        case .onTrial: "on-trial"
        case .checking: "checking"
        case .committing: "committing"
        case .committed: "committed"
        case .rollingBack: "rolling-back"
        case .rolledBack: "rolled-back"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }

    fileprivate var reason: String? {
        switch self {
        case .missing(let reason), .rollingBack(let reason), .rolledBack(let reason), .failed(let reason),
            .unknown(let reason):
            reason
        default: nil
        }
    }
}
