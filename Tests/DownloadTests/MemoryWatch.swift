import Download
import Runtime

/// Changes the CE's memory while a download runs, and looks at every event whether more is held than is allowed.
final class MemoryWatch: DownloadObserver {
    private struct State {
        /// What may be held: the budget, or what was held already when it became smaller, less what was given back since.
        var limitBytes: Int
        var excess: [String] = []
    }

    let memory: MemoryBudget
    private let next: any DownloadObserver
    private let loop: any Loop
    private let state: LoopBound<State>

    init(_ memory: MemoryBudget, next: any DownloadObserver, loop: any Loop) {
        self.memory = memory
        self.next = next
        self.loop = loop
        state = LoopBound(State(limitBytes: memory.bytes), on: loop)
    }

    var excess: [String] { state.value.excess }

    /// Sets one budget after the other, each at its time.
    func change(_ changes: [(time: Duration, bytes: Int)]) async {
        for (time, bytes) in changes {
            guard (try? await loop.sleep(until: Instant(sinceStart: time))) != nil else { return }
            look()
            // A group that has ended needs nothing.
            guard (try? memory.set(bytes: bytes)) != nil else { continue }
            state.value.limitBytes = max(bytes, memory.heldBytes)
        }
    }

    func note(_ event: DownloadEvent, at instant: Instant) {
        look()
        next.note(event, at: instant)
    }

    private func look() {
        let held = memory.heldBytes
        if held > state.value.limitBytes {
            state.value.excess.append("\(held) of \(state.value.limitBytes) bytes at \(loop.now)")
        }
        state.value.limitBytes = max(memory.bytes, min(state.value.limitBytes, held))
    }
}
