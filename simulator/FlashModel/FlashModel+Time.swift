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
            aged(timing.eraseBlock, longest: timing.longestEraseBlock, cycles: cycles), timing.longestEraseBlock,
            operation: counts.operations)
        let slowness = faults.slowness * faults.eraseSlowness
        return slowness == 1 ? time : time * slowness
    }

    func programTime(_ units: Range<Int>, cycles: Int) -> Duration {
        let timing = profile.timing
        let typical = aged(timing.programUnit, longest: timing.longestProgramUnit, cycles: cycles)
        var time = Duration.zero
        if faults.times == .typical || typical == timing.longestProgramUnit {
            time = typical * units.count
        } else {
            for index in 0..<units.count {
                time += drawn(typical, timing.longestProgramUnit, operation: counts.operations + index)
            }
        }
        return faults.slowness == 1 ? time : time * faults.slowness
    }

    /// The typical time at an age: it grows with the square of the life used up, to the data sheet's maximum at its end. Life is
    /// counted in thousandths, so that a fresh part has exactly the typical time.
    private func aged(_ typical: Duration, longest: Duration, cycles: Int) -> Duration {
        guard let endurance = profile.enduranceCycles, longest > typical else { return typical }
        let thousandths = min(1000, cycles * 1000 / endurance)
        return thousandths == 0 ? typical : typical + (longest - typical) * (thousandths * thousandths) / 1_000_000
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
