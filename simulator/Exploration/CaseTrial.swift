import Runtime

/// All that is asked of one case: it is run, and where its seed says so run again, or compared with a run without its faults.
package struct CaseTrial: Sendable {
    private let explored: ExploredCase
    private let images: ExploredImages
    private let defect: PlantedEngineDefect?
    private let isRepeated: Bool

    package init(_ explored: ExploredCase, _ images: ExploredImages, defect: PlantedEngineDefect? = nil) {
        self.explored = explored
        self.images = images
        self.defect = defect
        isRepeated = explored.seed % ExplorationLimits.repeatedSeeds == 0
    }

    package func run() -> ExploredResult {
        var result = ExploredRun(explored, images, defect: defect).run()
        if isRepeated {
            let again = ExploredRun(explored, images, defect: defect).run()
            if again.trace != result.trace {
                result.violations.append(
                    Violation(
                        invariant: .sameSeedSameTrace, text: "trace \(result.trace), and \(again.trace) when run again")
                )
            }
        }
        if isComparable && result.violations.isEmpty { result.violations += delays(result) }
        return result
    }

    /// Whether the healthy cards must be as fast as without the faults: those that have any, or are unlike the others, are less
    /// than half of the cards.
    private var isComparable: Bool {
        let faulty = Set(explored.faults.compactMap(\.slot))
        guard !faulty.isEmpty else { return false }
        let ill = faulty.union(explored.unlikeCards)
        return explored.seed % ExplorationLimits.comparedSeeds == 0 && explored.stalls == .stallBudget
            && 2 * ill.count < explored.cards.count && explored.faults.allSatisfy(\.isOfOneCard)
    }

    private func delays(_ result: ExploredResult) -> [Violation] {
        let usual = ExploredRun(explored.withoutFaults, images, defect: defect).run()
        return result.elapsed.keys.sorted().compactMap { slot in
            // One that is slower than the others by itself is served by them, and may wait for one that is lost.
            guard usual.attached.contains(slot), explored.faults(of: UInt16(slot)).isEmpty,
                let usual = usual.elapsed[slot], let seen = result.elapsed[slot]
            else {
                return nil
            }
            let most = usual * (1 + ExplorationLimits.toleratedShare) + ExplorationLimits.toleratedDelay
            guard seen > most else { return nil }
            return Violation(
                invariant: .healthyCardsAreNotHeldUp,
                text: "slot \(slot) took \(seen), and \(usual) without the faults of others")
        }
    }
}
