import Activation
import Download
import Reports
import Rollout
import Runtime

/// Sees every event of a case's engine: adds it to the trace, looks at what must hold at that step, and notes what was met.
final class CaseWatcher: DownloadObserver, ActivationObserver {
    private struct State {
        var phases: [Int: String] = [:]
        var coverage = Coverage()
        var violations: [Violation] = []
        var catchingUp: Set<Int> = []
        /// What must hold at every step; nil: it does.
        var check: (@Sendable (DownloadEvent) -> Violation?)?
    }

    private let loop: VirtualTimeLoop
    private let state: LoopBound<State>

    init(loop: VirtualTimeLoop) {
        self.loop = loop
        state = LoopBound(State(), on: loop)
    }

    /// Has every event checked.
    func check(_ check: @escaping @Sendable (DownloadEvent) -> Violation?) { state.value.check = check }

    var violations: [Violation] { state.value.violations }
    var coverage: Coverage { state.value.coverage }

    /// Where the card is in its download or its activation.
    func phase(ofSlot slot: Int) -> String { state.value.phases[slot] ?? "waiting" }

    func cover(_ point: Coverage.Point) { state.value.coverage.note(point) }

    /// A fault of a card has met it in its present phase; another one's, the shelf.
    func fired(_ fault: ExploredFault) {
        let phase = fault.slot.map { self.phase(ofSlot: Int($0)) } ?? "any phase"
        state.value.coverage.note(fault: fault.name, phase: phase)
        loop.record(UInt64(fault.slot ?? 0) << 8 | 9)
    }

    func note(_ event: DownloadEvent, at instant: Instant) {
        if state.value.violations.count < 8, let violation = state.value.check?(event) {
            state.value.violations.append(violation)
        }
        switch event {
        case .cardChanged(let slot, let phase):
            state.value.phases[slot] = phase.rawValue
            loop.record(UInt64(slot) << 8 | 1)
            noteReturn(slot, phase)
        case .cardProgrammed(let slot, let bytes): loop.record(bytes << 16 | UInt64(slot) << 8 | 2)
        case .cardEnded(let slot, let outcome, _):
            state.value.phases[slot] = outcome.rawValue
            loop.record(UInt64(slot) << 8 | 3)
        default: loop.record(4)
        }
    }

    private func noteReturn(_ slot: Int, _ phase: CardPhase) {
        switch phase {
        case .catchingUp:
            state.value.catchingUp.insert(slot)
            cover(.detach)
        case .receiving where state.value.catchingUp.remove(slot) != nil: cover(.rejoin)
        default: break
        }
    }

    func note(_ event: ActivationEvent, at instant: Instant) {
        guard case .cardChanged(let slot, let phase) = event else { return loop.record(5) }
        state.value.phases[slot] = phase.name
        loop.record(UInt64(slot) << 8 | 6)
        if case .rolledBack = phase { cover(.rollBack) }
    }
}

extension RolloutPhase {
    fileprivate var name: String {
        switch self {
        case .unstaged: "unstaged"
        case .staged: "staged"
        case .activating: "activating"
        case .missing: "missing"
        case .onTrial: "on trial"
        case .checking: "checking"
        case .committing: "committing"
        case .committed: "committed"
        case .rollingBack: "rolling back"
        case .rolledBack: "rolled back"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }
}
