/// How long operations take: longer with age, and as long as is drawn.
extension FlashModel {
    mutating func occupy(for duration: Duration, from time: Duration) -> Duration {
        busyUntil = max(time, busyUntil) + duration
        return busyUntil
    }

    /// The cycles that a block has behind it, those from before its life in this card included.
    func cycles(ofBlock block: Int) throws(FlashError) -> Int {
        do { return Int(try storage.wear(ofBlock: block)) + faults.initialCycles } catch { throw .storage(error) }
    }

    /// Whether programming takes longer with age, or a time that is drawn.
    var agesProgramming: Bool {
        profile.timing.longestProgramUnit > profile.timing.programUnit && profile.enduranceCycles != nil
    }

    func eraseTime(cycles: Int) -> Duration {
        let timing = profile.timing
        let time = drawn(
            profile.eraseTime(cycles: cycles), timing.longestEraseBlock, operation: counts.operations)
        return time.slowed(by: faults.slowness * faults.eraseSlowness)
    }

    func programTime(_ units: Range<Int>, cycles: Int) -> Duration {
        let timing = profile.timing
        let typical = profile.programTime(cycles: cycles)
        var time = Duration.zero
        if faults.times == .typical || typical == timing.longestProgramUnit || units.isEmpty {
            time = typical * units.count
        } else {
            // They are counted already; no two operations draw the same.
            for operation in counts.operations - units.count + 1...counts.operations {
                time += drawn(typical, timing.longestProgramUnit, operation: operation)
            }
        }
        return time.slowed(by: faults.slowness)
    }

    private func drawn(_ typical: Duration, _ longest: Duration, operation: Int) -> Duration {
        guard faults.times == .drawn && longest > typical else { return typical }
        var draw = FlashDraw(seed: faults.seed, .time, operation)
        let even = draw.fraction()
        let square = even * even
        let fourth = square * square
        return typical + (longest - typical) * (fourth * fourth)
    }
}
