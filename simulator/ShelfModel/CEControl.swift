package import Runtime

/// What is done to the CE while it runs: told by whoever runs the faults, carried out by whoever runs the CE, both on one loop.
package final class CEControl: Sendable {
    private struct State {
        var isKilled = false
        /// A CE is to start in the place of the one that was killed.
        var successor: Successor?
        var hasSecond = false
        var memoryBytes: UInt64?
        /// Until when a successor may still come.
        var isAwaited = false
    }

    package enum Successor: Equatable, Sendable {
        case same, standby
    }

    private let state: LoopBound<State>
    private let changed: Gate

    package init(loop: any Loop) {
        state = LoopBound(State(), on: loop)
        changed = Gate(loop: loop)
    }

    // MARK: Who runs the faults

    /// - Parameter comesBack: another CE will be started.
    package func kill(comesBack: Bool) {
        state.value.isKilled = true
        state.value.isAwaited = comesBack
        changed.open()
    }

    package func start(_ successor: Successor) {
        state.value.successor = successor
        changed.open()
    }

    package func startSecond() {
        state.value.hasSecond = true
        changed.open()
    }

    package func setMemory(bytes: UInt64) {
        state.value.memoryBytes = bytes
        changed.open()
    }

    // MARK: Who runs the CE

    /// A CE starts: what was said to another one does not concern it.
    package func begin() {
        state.value = State()
    }

    package var isKilled: Bool { state.value.isKilled }

    /// Waits until the CE is to die.
    package func waitForKill() async throws(CancellationError) {
        try await changed.wait { state.value.isKilled }
    }

    /// After a kill: who comes in its place.
    ///
    /// - Returns: nil when nobody does.
    package func nextCE() async throws(CancellationError) -> Successor? {
        try await changed.wait { state.value.successor != nil || !state.value.isAwaited }
        return state.value.successor
    }

    /// Waits until another CE is to start beside it.
    package func waitForSecond() async throws(CancellationError) {
        try await changed.wait { state.value.hasSecond }
    }

    /// Waits until the operator changes the budget.
    ///
    /// - Returns: the new one.
    package func nextMemory() async throws(CancellationError) -> UInt64 {
        try await changed.wait { state.value.memoryBytes != nil }
        defer { state.value.memoryBytes = nil }
        return state.value.memoryBytes!
    }
}
