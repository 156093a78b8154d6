import Activation
import CardDialogue
import Control
import Download
import Plans
import Reports
import Rollout
import Runtime
import SoftwareImage

/// What each group and each card is doing now, from the events of the download and the roll-out: for operators that ask.
final class LiveShelf: DownloadObserver, ActivationObserver {
    private struct Group {
        var source = "waiting"
        var reason: String?
        var fetchedBytes: UInt64 = 0
    }

    private struct Card {
        var group: String
        var phase = "waiting"
        var programmedBytes: UInt64 = 0
        var reason: String?
    }

    private struct State {
        var groups: [String: Group] = [:]
        /// By slot.
        var cards: [Int: Card] = [:]
    }

    private let plan: DownloadPlan
    private let state: LoopBound<State>

    init(_ plan: DownloadPlan, loop: any Loop) {
        self.plan = plan
        var state = State()
        for group in plan.groups {
            state.groups[group.name] = Group()
            for card in group.cards { state.cards[Int(card.slot)] = Card(group: group.name) }
        }
        self.state = LoopBound(state, on: loop)
    }

    // MARK: Events

    func note(_ event: DownloadEvent, at instant: Instant) {
        switch event {
        case .sourceOpened(let group): change(group) { $0.source = "fetching" }
        case .sourceDelivered(let group, let bytes): change(group) { $0.fetchedBytes = bytes }
        case .sourceVerified(let group): change(group) { ($0.source, $0.reason) = ("verified", nil) }
        case .sourceInterrupted(let group, let reason): change(group) { $0.reason = escaped(reason) }
        case .sourceFailed(let group, let reason):
            change(group) { ($0.source, $0.reason) = ("failed", escaped(reason)) }
        case .donorLeft(let group, _, let reason, _): change(group) { $0.reason = escaped(reason) }
        case .cardChanged(let slot, let phase): change(slot) { $0.phase = phase.rawValue }
        case .cardProgrammed(let slot, let bytes): change(slot) { $0.programmedBytes = bytes }
        case .cardEnded(let slot, let outcome, let reason):
            change(slot) { ($0.phase, $0.reason) = (outcome.rawValue, reason.map(escaped)) }
        }
    }

    func note(_ event: ActivationEvent, at instant: Instant) {
        switch event {
        case .waveStarted: break
        case .stopped(let group, let reason): change(group) { $0.reason = "stopped: \(escaped(reason))" }
        case .cardChanged(let slot, let phase): change(slot) { $0.phase = Self.text(of: phase) }
        case .cardEnded(let slot, let state, let reason):
            change(slot) { ($0.phase, $0.reason) = (state.rawValue, reason.map(escaped)) }
        }
    }

    private func change(_ group: String, _ change: (inout Group) -> Void) {
        change(&state.value.groups[group, default: Group()])
    }

    private func change(_ slot: Int, _ change: (inout Card) -> Void) {
        change(&state.value.cards[slot, default: Card(group: "")])
    }

    private static func text(of phase: RolloutPhase) -> String {
        switch phase {
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

    // MARK: What an operator sees

    func groups(over memory: MemoryBudget) -> [ControlStatus.Group] {
        plan.groups.map { group in
            let live = state.value.groups[group.name] ?? Group()
            let pool = memory.pool(ofGroup: group.name)
            return ControlStatus.Group(
                name: group.name, version: group.image.manifest.version, imageBytes: group.image.manifest.imageBytes,
                source: live.source, reason: live.reason, fetchedBytes: live.fetchedBytes,
                poolBytes: pool?.heldBytes ?? 0, poolAllowedBytes: pool?.allowedBytes ?? 0)
        }
    }

    var cards: [ControlStatus.Card] {
        state.value.cards.sorted { $0.key < $1.key }.map { slot, card in
            ControlStatus.Card(
                slot: slot, group: card.group, phase: card.phase, programmedBytes: card.programmedBytes,
                reason: card.reason)
        }
    }
}
