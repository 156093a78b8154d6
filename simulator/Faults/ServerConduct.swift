package import Runtime

/// How a file server behaves at the moment: the faults that are switched on, each for as many transfers or sessions as it is to spoil.
///
/// Shared by the server's sessions and whoever switches the faults, all on one loop; the emulated server of the virtual clock has
/// one, too.
package final class ServerConduct: Sendable {
    private struct Active {
        let number: Int
        let change: @Sendable (inout FileServerFaults) -> Void
        /// The transfers, and the sessions, that it spoils: by their numbers, from 0.
        let transfers: Range<Int>
        let sessions: Range<Int>
    }

    private struct State {
        var base: FileServerFaults
        var active: [Active] = []
        var transferCount = 0
        var openTransfers = 0
        var sessionCount = 0
        var observer: (@Sendable (FaultObservation) -> Void)?
    }

    private let state: LoopBound<State>

    /// - Parameter base: what the server does wrong from the beginning.
    package init(_ base: FileServerFaults = .none, loop: any Loop) {
        state = LoopBound(State(base: base), on: loop)
    }

    // MARK: Who switches

    /// Has somebody told what the server is about to send.
    package func observe(by observer: @escaping @Sendable (FaultObservation) -> Void) {
        state.value.observer = observer
    }

    /// Switches a fault on: the transfer that is under way is the first that it spoils.
    ///
    /// - Parameters:
    ///   - number: by which it is switched off.
    ///   - uses: how many transfers it spoils, or sessions where it hits those; nil: all.
    package func begin(
        _ number: Int, uses: Int?, _ change: @escaping @Sendable (inout FileServerFaults) -> Void
    ) {
        let transfer = state.value.transferCount - (state.value.openTransfers > 0 ? 1 : 0)
        let session = state.value.sessionCount
        state.value.active.append(
            Active(
                number: number, change: change, transfers: transfer..<(uses.map { transfer + $0 } ?? .max),
                sessions: session..<(uses.map { session + $0 } ?? .max)))
    }

    package func end(_ number: Int) {
        state.value.active.removeAll { $0.number == number }
    }

    // MARK: Who serves

    /// A client has connected.
    ///
    /// - Returns: what is wrong with its session.
    package func beginSession() -> FileServerFaults {
        defer { state.value.sessionCount += 1 }
        let session = state.value.sessionCount
        return fold(transfer: state.value.transferCount) { $0.sessions.contains(session) }
    }

    /// A transfer begins.
    ///
    /// - Returns: its number.
    package func beginTransfer() -> Int {
        defer { state.value.transferCount += 1 }
        state.value.openTransfers += 1
        return state.value.transferCount
    }

    package func endTransfer() {
        state.value.openTransfers -= 1
    }

    /// Says what comes next; a fault that it sets off is there before that.
    package func announce(_ observation: FaultObservation) {
        state.value.observer?(observation)
    }

    /// What is wrong with a transfer now.
    package func faults(of transfer: Int) -> FileServerFaults {
        fold(transfer: transfer) { $0.transfers.contains(transfer) }
    }

    /// What is wrong with replies about the transfer that follows them.
    package var faultsOfNextTransfer: FileServerFaults { faults(of: state.value.transferCount) }

    private func fold(transfer: Int, _ applies: (Active) -> Bool) -> FileServerFaults {
        var faults = transfer < state.value.base.transfers ? state.value.base : .none
        for active in state.value.active where applies(active) { active.change(&faults) }
        return faults
    }
}
