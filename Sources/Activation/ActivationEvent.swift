package import Reports
package import Rollout
package import Runtime

/// What happens in a roll-out, as it happens: for progress, traces and reports.
package enum ActivationEvent: Equatable, Sendable {
    /// A wave begins: its number from 1, of so many.
    case waveStarted(group: String, number: Int, of: Int, slots: [Int])
    case cardChanged(slot: Int, RolloutPhase)
    /// Nothing more is activated or committed.
    case stopped(group: String, reason: String)
    case cardEnded(slot: Int, CardState, reason: String?)
}

/// Told of every event on the loop's thread, in order. It must not wait.
package protocol ActivationObserver: Sendable {
    func note(_ event: ActivationEvent, at instant: Instant)
}
