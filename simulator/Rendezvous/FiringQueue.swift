import Runtime

/// The faults that have befallen a card and that its simulator does not know of yet.
///
/// Bounded by the card's script: each of its faults fires as often as it may. Touched on the loop alone.
final class FiringQueue: Sendable {
    private let waiting: LoopBound<[Int]>
    private let changed: Gate

    init(loop: any Loop) {
        waiting = LoopBound([], on: loop)
        changed = Gate(loop: loop)
    }

    func add(_ number: Int) {
        waiting.value.append(number)
        changed.open()
    }

    /// Tells all of them, until the task is cancelled.
    func run(over channel: LoopBound<RendezvousChannel>) async {
        while (try? await changed.wait { !waiting.value.isEmpty }) != nil { await send(over: channel) }
    }

    /// Tells those that wait now. A simulator that is gone need not be told.
    func send(over channel: LoopBound<RendezvousChannel>) async {
        while !waiting.value.isEmpty {
            let number = waiting.value.removeFirst()
            try? await channel.value.send(.fired(number))
        }
    }
}
