import Synchronization

/// A count that a loop's thread raises and a test's thread reads.
final class LockedCount: Sendable {
    private let atomic = Atomic<Int>(0)

    func add() { atomic.add(1, ordering: .relaxed) }
    var value: Int { atomic.load(ordering: .relaxed) }
}
