import FlashModel

/// How long a flash will last.
extension FlashSurvey {
    /// Erase cycles, those before the card's first day included.
    package struct Cycles: Equatable, Sendable {
        package var least: Int
        package var mean: Double
        package var most: Int
    }

    package var cycles: Cycles {
        let cycles = blocks.map(cycles)
        return Cycles(
            least: cycles.min() ?? 0, mean: Double(cycles.reduce(0, +)) / Double(max(1, cycles.count)),
            most: cycles.max() ?? 0)
    }

    /// The share of its promised cycles that the most worn good block still has: 0 to 1; nil: without end.
    package var lifeLeft: Double? {
        guard let endurance = profile.enduranceCycles else { return nil }
        let most = blocks.filter { !$0.isBad }.map(cycles).max() ?? 0
        return Double(max(0, endurance - most)) / Double(endurance)
    }

    /// How many downloads the card may still do until the first good block has had its promised cycles; nil: without end.
    ///
    /// At the rate so far, where there was one: metadata blocks wear by how much is logged, which no rule tells. A new card's
    /// downloads go into its two instances in turn.
    package var downloadsLeft: Int? {
        guard let endurance = profile.enduranceCycles else { return nil }
        let done = downloadsDone
        let good = blocks.filter { !$0.isBad }
        guard done > 0 else {
            let most = good.filter { $0.use == .instance(0) || $0.use == .instance(1) }.map(cycles).max() ?? 0
            return 2 * max(0, endurance - most)
        }
        let left = good.filter { $0.erases > 0 }.map { block in
            Double(max(0, endurance - cycles(of: block))) * Double(done) / Double(block.erases)
        }
        return Int(left.min() ?? 0)
    }

    /// Each download has erased its instance's blocks once.
    private var downloadsDone: Int {
        (0...1).reduce(0) { sum, instance in
            sum + (blocks.filter { $0.use == .instance(instance) && !$0.isBad }.map(\.erases).max() ?? 0)
        }
    }
}
