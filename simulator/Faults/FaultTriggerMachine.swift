import Runtime

/// Says when a fault fires, from what its target sees: a plain value that knows no clock and no tasks.
///
/// The same observations and the same seed give the same answers, on either clock.
package struct FaultTriggerMachine: Sendable {
    private let trigger: FaultTrigger
    /// How often it may fire; nil: without end.
    private let limit: Int?
    private var random: SplitMix64
    private var occurrences = 0
    package private(set) var firings = 0

    package init(_ trigger: FaultTrigger, limit: Int?, seed: UInt64) {
        self.trigger = trigger
        self.limit = limit
        random = SplitMix64(seed: seed)
    }

    package var isSpent: Bool { limit.map { firings >= $0 } ?? false }

    /// Notes what the target saw.
    ///
    /// - Returns: whether the fault fires now.
    package mutating func observe(_ observation: FaultObservation) -> Bool {
        guard !isSpent, occurs(in: observation) else { return false }
        return occur()
    }

    /// The time has come that the trigger names.
    package mutating func occur() -> Bool {
        guard !isSpent else { return false }
        occurrences += 1
        guard occurrences >= trigger.nth else { return false }
        // Drawn only where it decides, so that a certain fault takes nothing from the numbers of others.
        if trigger.probability < 1 {
            let draw = Double(random.next() >> 11) / Double(1 << 53)
            guard draw < trigger.probability else { return false }
        }
        firings += 1
        return true
    }

    private func occurs(in observation: FaultObservation) -> Bool {
        switch (trigger.cue, observation) {
        case (.offset(let offset), .bytes(let range, _)): return reaches(offset, range)
        case (.progress(let share), .bytes(let range, let total)):
            // The whole image is behind when its last byte is: that byte is the cue.
            let offset = min(UInt64(share * Double(total)), max(total, 1) - 1)
            return reaches(offset, range)
        case (.flashOperation(let number), .flashOperations(let count)): return count + 1 >= number
        case (.phase(let phase), .phase(let seen)): return phase == seen
        case (.phase(.section), .bytes): return true
        default: return false
        }
    }

    /// Whether the offset lies in the bytes; or lies before them and was never passed, as in a download that is resumed behind it.
    private func reaches(_ offset: UInt64, _ range: Range<UInt64>) -> Bool {
        range.contains(offset) || (offset < range.lowerBound && occurrences == 0)
    }
}
