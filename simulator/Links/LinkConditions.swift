package import Faults
package import Runtime

/// What is wrong with one link at the moment, in both directions, for all of its connections: those that there are, and new ones.
///
/// Shared by the link's connections and whoever switches its faults, all on one loop.
package final class LinkConditions: Sendable {
    private struct Active {
        let number: Int
        let direction: FaultDirection
        let change: @Sendable (inout LinkDisturbance) -> Void
    }

    private struct State {
        var active: [Active] = []
        var down = LinkDisturbance.none
        var up = LinkDisturbance.none
        /// Bytes carried since the faults changed.
        var downPosition: UInt64 = 0
        var upPosition: UInt64 = 0
        var random: SplitMix64
        var listeners: [(id: Int, adapt: @Sendable () -> Void)] = []
        var nextID = 0
    }

    private let state: LoopBound<State>
    /// Frames must be followed from a connection's beginning, for faults that concern them.
    private let followsFrames: Bool

    /// - Parameters:
    ///   - seed: what is drawn comes from it.
    ///   - followsFrames: a fault of frames may come.
    package init(seed: UInt64, followsFrames: Bool = true, loop: any Loop) {
        self.followsFrames = followsFrames
        state = LoopBound(State(random: SplitMix64(seed: seed)), on: loop)
    }

    package func begin(
        _ number: Int, _ direction: FaultDirection, _ change: @escaping @Sendable (inout LinkDisturbance) -> Void
    ) {
        state.value.active.append(Active(number: number, direction: direction, change: change))
        refresh()
    }

    package func end(_ number: Int) {
        guard state.value.active.contains(where: { $0.number == number }) else { return }
        state.value.active.removeAll { $0.number == number }
        refresh()
    }

    private func refresh() {
        var down = LinkDisturbance.none
        var up = LinkDisturbance.none
        for active in state.value.active {
            if active.direction.isDown { active.change(&down) }
            if active.direction.isUp { active.change(&up) }
        }
        state.value.down = down
        state.value.up = up
        state.value.downPosition = 0
        state.value.upPosition = 0
        for listener in state.value.listeners { listener.adapt() }
    }

    package func disturbance(isDown: Bool) -> LinkDisturbance { isDown ? state.value.down : state.value.up }

    /// Nothing is wrong: bytes need not be looked at.
    func isQuiet(isDown: Bool) -> Bool { !followsFrames && disturbance(isDown: isDown) == .none }

    /// Lets bytes of one connection pass.
    package func pass(_ bytes: [UInt8], isDown: Bool, through stream: inout DisturbedStream) -> DisturbedStream.Passage
    {
        let position = isDown ? state.value.downPosition : state.value.upPosition
        if isDown {
            state.value.downPosition += UInt64(bytes.count)
        } else {
            state.value.upPosition += UInt64(bytes.count)
        }
        return stream.pass(
            bytes, at: position, under: disturbance(isDown: isDown), random: &state.value.random)
    }

    // MARK: Connections

    /// Has a connection told of every change, until it is removed.
    package func add(_ adapt: @escaping @Sendable () -> Void) -> Int {
        let id = state.value.nextID
        state.value.nextID += 1
        state.value.listeners.append((id, adapt))
        return id
    }

    package func remove(_ id: Int) {
        state.value.listeners.removeAll { $0.id == id }
    }
}
