package import Faults
import FlashModel
package import Links
package import Runtime

/// The faults that a card carries with it: says when those fire that the card sees itself, and what is wrong with it at the moment.
///
/// Lives across the card's restarts. Shared by the card's software and whoever runs the faults, all on one loop.
package final class CardCues: Sendable {
    /// What the simulator tells a card.
    package enum Order: UInt8, Equatable, Sendable {
        /// From now on the fault waits for its trigger.
        case arm
        /// It begins now.
        case begin
        case end
    }

    /// What the card has to do with its flash.
    enum FlashCue: Sendable {
        case change(FaultEffect)
        /// At the next operation, or at once where none is about to come.
        case powerLoss(TornMode, seed: UInt64, isAtOnce: Bool)
    }

    private struct Entry {
        var fault: CardFault
        var isArmed: Bool
        var machine: FaultTriggerMachine
        var isActive = false
        /// How many requests it will still spoil; nil: all.
        var usesLeft: Int?
        var endsAt: Instant?
    }

    private struct State {
        var entries: [Entry]
        var flashCues: [FlashCue] = []
        /// The flash's lasting faults have changed.
        var flashHasChanged = false
        var waiter: Waiter?
    }

    package let conditions: LinkConditions
    private let loop: any Loop
    private let state: LoopBound<State>
    private let onFire: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - faults: those that stand from the beginning begin here.
    ///   - onFire: told of the number of each fault that fires.
    package init(_ faults: [CardFault], seed: UInt64, loop: any Loop, onFire: @escaping @Sendable (Int) -> Void) {
        self.loop = loop
        self.onFire = onFire
        conditions = LinkConditions(
            seed: seed, followsFrames: faults.contains { ["duplicate", "reorder"].contains($0.action.name) }, loop: loop
        )
        let entries = faults.map { fault in
            Entry(
                fault: fault, isArmed: fault.isArmed,
                machine: FaultTriggerMachine(fault.trigger, limit: fault.firingLimit, seed: fault.seed))
        }
        state = LoopBound(State(entries: entries), on: loop)
    }

    /// Begins what is there before the card starts. On the loop.
    package func start() {
        for index in state.value.entries.indices
        where state.value.entries[index].isArmed && state.value.entries[index].fault.trigger.cue == .beginning {
            fire(index, isInOperation: false)
        }
    }

    // MARK: When

    /// The card is about to do this.
    func observe(_ observation: FaultObservation) {
        for index in state.value.entries.indices where state.value.entries[index].isArmed {
            if state.value.entries[index].machine.observe(observation) { begin(index, isInOperation: true) }
        }
    }

    /// The simulator has said so.
    package func follow(_ order: Order, number: Int) {
        guard let index = state.value.entries.firstIndex(where: { $0.fault.number == number }) else { return }
        switch order {
        case .arm:
            state.value.entries[index].isArmed = true
            if state.value.entries[index].fault.trigger.cue == .beginning { fire(index, isInOperation: false) }
        case .begin: fire(index, isInOperation: false)
        case .end: end(index)
        }
        wake()
    }

    private func fire(_ index: Int, isInOperation: Bool) {
        if state.value.entries[index].machine.occur() { begin(index, isInOperation: isInOperation) }
    }

    private func begin(_ index: Int, isInOperation: Bool) {
        let fault = state.value.entries[index].fault
        switch fault.action.effect {
        case .link(let direction, let change): conditions.begin(fault.number, direction, change)
        case .powerLoss(let torn):
            state.value.flashCues.append(.powerLoss(torn, seed: fault.seed, isAtOnce: !isInOperation))
        case .block, .unit, .rot: state.value.flashCues.append(.change(fault.action.effect))
        case .flash: state.value.flashHasChanged = true
        case .software, .process, .server: break
        }
        state.value.entries[index].isActive = true
        state.value.entries[index].usesLeft = fault.uses
        onFire(fault.number)
        if fault.action.definition.isMomentary && fault.duration == nil { return end(index) }
        state.value.entries[index].endsAt = fault.duration.map { loop.now.advanced(by: $0) }
        wake()
    }

    private func end(_ index: Int) {
        guard state.value.entries[index].isActive else { return }
        state.value.entries[index].isActive = false
        state.value.entries[index].endsAt = nil
        conditions.end(state.value.entries[index].fault.number)
        if case .flash = state.value.entries[index].fault.action.effect { state.value.flashHasChanged = true }
    }

    /// Ends what lasts for a time, until the task is cancelled or there is something for the card to do.
    func waitForWork() async throws(CancellationError) {
        while !hasFlashWork {
            let now = loop.now
            for index in state.value.entries.indices {
                if let endsAt = state.value.entries[index].endsAt, endsAt <= now { end(index) }
            }
            if hasFlashWork { return }
            let next = state.value.entries.compactMap(\.endsAt).min()
            try await loop.suspend { waiter in
                if hasFlashWork { return waiter.resume() }
                state.value.waiter = waiter
                if let next { loop.resume(waiter, at: next) }
            }
        }
    }

    private func wake() {
        state.value.waiter?.resume()
        state.value.waiter = nil
    }

    // MARK: What

    /// What is wrong with the card's software now.
    var misbehaviour: CardMisbehaviour {
        var card = CardMisbehaviour.none
        for entry in state.value.entries where entry.isActive && entry.usesLeft != 0 {
            if case .software(let change) = entry.fault.action.effect { change(&card) }
        }
        return card
    }

    /// Spoils one request, if a fault is meant for it.
    ///
    /// - Returns: how; nil when none is.
    func spoil(where isMeant: (CardMisbehaviour) -> Bool) -> CardMisbehaviour? {
        for index in state.value.entries.indices {
            let entry = state.value.entries[index]
            guard entry.isActive, entry.usesLeft != 0, case .software(let change) = entry.fault.action.effect else {
                continue
            }
            var card = CardMisbehaviour.none
            change(&card)
            guard isMeant(card) else { continue }
            state.value.entries[index].usesLeft = entry.usesLeft.map { $0 - 1 }
            return card
        }
        return nil
    }

    var hasFlashWork: Bool { state.value.flashHasChanged || !state.value.flashCues.isEmpty }

    /// What the card has to do with its flash now.
    func takeFlashCues() -> [FlashCue] {
        defer { state.value.flashCues = [] }
        return state.value.flashCues
    }

    /// The flash's faults as they are to be, where they have changed.
    ///
    /// - Parameter base: the part's own, with the blocks that have failed since.
    func takeFlashFaults(over base: FlashFaults) -> FlashFaults? {
        guard state.value.flashHasChanged else { return nil }
        state.value.flashHasChanged = false
        var faults = base
        for entry in state.value.entries where entry.isActive {
            if case .flash(let change) = entry.fault.action.effect { change(&faults) }
        }
        return faults
    }

    // MARK: Power cuts that are counted from a boot

    /// Where the power of the card that boots now is to fail.
    func powerCutOfThisBoot() -> PowerCut? {
        for entry in state.value.entries where entry.isArmed && !entry.machine.isSpent {
            guard case .flashOperation(let number) = entry.fault.trigger.cue,
                case .powerLoss(let torn) = entry.fault.action.effect
            else { continue }
            return PowerCut(operation: max(1, number), torn: torn, seed: entry.fault.seed)
        }
        return nil
    }

    /// The power has failed: where nothing else was the reason, the cut of this boot was.
    func notePowerLoss() {
        for index in state.value.entries.indices where state.value.entries[index].isArmed {
            let entry = state.value.entries[index]
            guard case .flashOperation = entry.fault.trigger.cue, case .powerLoss = entry.fault.action.effect else {
                continue
            }
            if state.value.entries[index].machine.occur() { return onFire(entry.fault.number) }
        }
    }
}
