package import Runtime

/// Carries what befalls the cards to whoever runs the faults, who is made after them.
package final class FiringRelay: Sendable {
    private struct State {
        var waiting: [(number: Int, slot: UInt16)] = []
        var director: FaultDirector?
    }

    private let state: LoopBound<State>

    package init(loop: any Loop) {
        state = LoopBound(State(), on: loop)
    }

    package func connect(to director: FaultDirector) {
        state.value.director = director
        let waiting = state.value.waiting
        state.value.waiting = []
        for (number, slot) in waiting { director.noteFiring(number, slot: slot) }
    }

    package func add(_ number: Int, slot: UInt16) {
        guard let director = state.value.director else { return state.value.waiting.append((number, slot)) }
        director.noteFiring(number, slot: slot)
    }
}
