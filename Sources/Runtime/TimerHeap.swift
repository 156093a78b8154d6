/// The timers of one loop: a binary heap by deadline, then by order of arrival.
///
/// Not shared; each loop owns one. A timer whose waiter was resumed otherwise stays until it is due or until such timers
/// outnumber the live ones, so that cancelling costs nothing and the heap stays within twice the number of waits.
struct TimerHeap {
    /// Without a reference, so that to move it is to copy it.
    private struct Entry {
        var deadline: Instant
        var sequence: UInt64
        /// Where its waiter is.
        var place: Int

        func isBefore(_ other: Entry) -> Bool {
            deadline == other.deadline ? sequence < other.sequence : deadline < other.deadline
        }
    }

    private var entries: [Entry] = []
    private var waiters: [Waiter?] = []
    private var freePlaces: [Int] = []
    private var nextSequence: UInt64 = 0
    private var countAtLastSweep = 64

    mutating func add(_ waiter: Waiter, at deadline: Instant) {
        if entries.count >= 2 * countAtLastSweep { sweep() }
        let place = freePlaces.popLast() ?? waiters.count
        if place == waiters.count { waiters.append(waiter) } else { waiters[place] = waiter }
        entries.append(Entry(deadline: deadline, sequence: nextSequence, place: place))
        nextSequence += 1
        siftUp(entries.count - 1)
    }

    /// The earliest deadline of a task that still waits.
    mutating func earliest() -> Instant? {
        while let first = entries.first {
            guard waiters[first.place]!.isFinished else { return first.deadline }
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
        let waiter = take(entries[0].place)
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            siftDown(0)
        }
        return waiter
    }

    private mutating func take(_ place: Int) -> Waiter {
        let waiter = waiters[place]!
        waiters[place] = nil
        freePlaces.append(place)
        return waiter
    }

    private mutating func sweep() {
        let finished = entries.filter { waiters[$0.place]!.isFinished }
        for entry in finished { _ = take(entry.place) }
        entries.removeAll { waiters[$0.place] == nil }
        countAtLastSweep = max(64, entries.count)
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    // Both leave the place of the entry that moves open until it is known.

    private mutating func siftUp(_ start: Int) {
        var place = start
        let entry = entries[start]
        while place > 0 {
            let parent = (place - 1) / 2
            guard entry.isBefore(entries[parent]) else { break }
            entries[place] = entries[parent]
            place = parent
        }
        entries[place] = entry
    }

    private mutating func siftDown(_ start: Int) {
        var place = start
        let entry = entries[start]
        while true {
            var child = 2 * place + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count && entries[child + 1].isBefore(entries[child]) { child += 1 }
            guard entries[child].isBefore(entry) else { break }
            entries[place] = entries[child]
            place = child
        }
        entries[place] = entry
    }
}
