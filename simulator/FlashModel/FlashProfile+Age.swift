/// How times grow with the cycles that a block has behind it.
extension FlashProfile {
    /// The typical time to erase a block at an age.
    package func eraseTime(cycles: Int) -> Duration {
        aged(timing.eraseBlock, longest: timing.longestEraseBlock, cycles: cycles)
    }

    /// The typical time to program a unit at its block's age.
    package func programTime(cycles: Int) -> Duration {
        aged(timing.programUnit, longest: timing.longestProgramUnit, cycles: cycles)
    }

    /// What an image costs this very part at least: erased, programmed and read back at the age that it came with.
    package func imageTime(bytes: Int, faults: FlashFaults) -> Duration {
        let erasing = eraseTime(cycles: faults.initialCycles) * geometry.blocks(holding: bytes)
        let programming = programTime(cycles: faults.initialCycles) * geometry.units(holding: bytes)
        let others = (programming + readTime(bytes: bytes)).slowed(by: faults.slowness)
        return erasing.slowed(by: faults.slowness * faults.eraseSlowness) + others
    }

    /// What that time is made of.
    package func imageTimes(
        bytes: Int, faults: FlashFaults
    ) -> (erasing: Duration, programming: Duration, reading: Duration) {
        let erasing = eraseTime(cycles: faults.initialCycles) * geometry.blocks(holding: bytes)
        let programming = programTime(cycles: faults.initialCycles) * geometry.units(holding: bytes)
        return (
            erasing.slowed(by: faults.slowness * faults.eraseSlowness), programming.slowed(by: faults.slowness),
            readTime(bytes: bytes).slowed(by: faults.slowness)
        )
    }

    /// It grows with the square of the life used up, to the data sheet's maximum at its end. Life is counted in thousandths, so
    /// that a fresh part has exactly the typical time.
    private func aged(_ typical: Duration, longest: Duration, cycles: Int) -> Duration {
        guard let endurance = enduranceCycles, longest > typical else { return typical }
        let thousandths = min(1000, cycles * 1000 / endurance)
        return thousandths == 0 ? typical : typical + (longest - typical) * (thousandths * thousandths) / 1_000_000
    }
}

extension Duration {
    /// Exactly the same at 1: a product with a floating-point number is rounded.
    func slowed(by factor: Double) -> Duration { factor == 1 ? self : self * factor }
}
