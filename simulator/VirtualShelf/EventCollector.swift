import Activation
import Download
import Reports
import Rollout
import Runtime
import ShelfModel

/// Writes the engine's events down, in the words of a scenario.
struct EventCollector: DownloadObserver, ActivationObserver {
    let events: RunEvents
    /// Which cards are out of their group's window.
    private let detached: LoopBound<Set<Int>>

    init(_ events: RunEvents, loop: any Loop) {
        self.events = events
        detached = LoopBound([], on: loop)
    }

    func note(_ event: DownloadEvent, at instant: Instant) {
        switch event {
        case .sourceOpened: events.note("server started")
        case .sourceInterrupted(_, let reason): events.note("server interrupted", reason: reason)
        case .sourceVerified: events.note("server complete")
        case .sourceFailed(_, let reason): events.note("server stopped", reason: reason)
        case .cardChanged(let slot, .catchingUp):
            detached.value.insert(slot)
            events.note("detached", slot: slot)
        case .cardChanged(let slot, .receiving) where detached.value.contains(slot):
            detached.value.remove(slot)
            events.note("attached", slot: slot)
        case .cardChanged(let slot, .lost): events.note("lost", slot: slot)
        case .cardEnded(let slot, let outcome, let reason): events.note(outcome.rawValue, slot: slot, reason: reason)
        default: break
        }
    }

    func note(_ event: ActivationEvent, at instant: Instant) {
        switch event {
        case .cardChanged(let slot, let phase):
            switch phase {
            case .onTrial: events.note("activated", slot: slot)
            case .committed: events.note("committed", slot: slot)
            case .rolledBack(let reason): events.note("rolled-back", slot: slot, reason: reason)
            default: break
            }
        case .stopped(_, let reason): events.note("ce stopped", reason: reason)
        default: break
        }
    }
}

/// Tells several observers.
struct DownloadObservers: DownloadObserver {
    let all: [any DownloadObserver]

    func note(_ event: DownloadEvent, at instant: Instant) {
        for observer in all { observer.note(event, at: instant) }
    }
}
