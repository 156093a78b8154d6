/// The timers of one loop: a binary heap by deadline, then by order of arrival.
///
/// Not shared; each loop owns one. A timer whose waiter was resumed otherwise stays until it is due or until such timers
/// outnumber the live ones, so that cancelling costs nothing and the heap stays within twice the number of waits.
struct TimerHeap {
    private struct Entry {
        var deadline: Instant
        var sequence: UInt64
        var waiter: Waiter
    }

    private var entries: [Entry] = []
    private var nextSequence: UInt64 = 0
    private var countAtLastSweep = 64

    mutating func add(_ waiter: Waiter, at deadline: Instant) {
        if entries.count >= 2 * countAtLastSweep { sweep() }
        entries.append(Entry(deadline: deadline, sequence: nextSequence, waiter: waiter))
        nextSequence += 1
        siftUp(entries.count - 1)
    }

    /// The earliest deadline of a task that still waits.
    mutating func earliest() -> Instant? {
        while let first = entries.first {
            guard first.waiter.isFinished else { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// Takes the earliest waiter whose deadline is not after `instant`.
    mutating func takeDue(at instant: Instant) -> Waiter? {
        guard let deadline = earliest(), deadline <= instant else { return nil }
        return removeFirst()
    }

    @discardableResult
    private mutating func removeFirst() -> Waiter {
        let waiter = entries[0].waiter
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            siftDown(0)
        }
        return waiter
    }

    private mutating func sweep() {
        entries.removeAll { $0.waiter.isFinished }
        countAtLastSweep = max(64, entries.count)
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        if entries[left].deadline == entries[right].deadline { return entries[left].sequence < entries[right].sequence }
        return entries[left].deadline < entries[right].deadline
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && isBefore(child, smallest) {
                smallest = child
            }
            guard smallest != parent else { return }
            entries.swapAt(smallest, parent)
            parent = smallest
        }
    }
}
