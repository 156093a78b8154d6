/// Makes a failing case as small as it can be, while it still fails in the same way: fewer faults first, then fewer cards, then
/// plainer ones.
struct Shrinker {
    let images: ExploredImages
    let defect: PlantedEngineDefect?

    /// - Parameter violation: what is to be seen again.
    /// - Returns: the smallest case found, and what it violates.
    func shrink(_ explored: ExploredCase, _ violation: Violation) -> (explored: ExploredCase, violation: Violation) {
        var best = (explored: explored, violation: violation)
        var runs = 0
        var hasShrunk = true
        while hasShrunk {
            hasShrunk = false
            for candidate in Self.candidates(best.explored) {
                guard runs < ExplorationLimits.mostShrinkRuns else { return best }
                runs += 1
                let result = CaseTrial(candidate, images, defect: defect).run()
                guard let again = result.violations.first(where: { $0.invariant == violation.invariant }) else {
                    continue
                }
                best = (candidate, again)
                hasShrunk = true
                break
            }
        }
        return best
    }

    /// Each a little smaller, the greatest steps first.
    static func candidates(_ explored: ExploredCase) -> [ExploredCase] {
        var candidates: [ExploredCase] = []
        func add(_ change: (inout ExploredCase) -> Void) {
            var other = explored
            change(&other)
            if other != explored { candidates.append(other) }
        }
        for index in explored.faults.indices { add { $0.faults.remove(at: index) } }
        for card in explored.cards.reversed() where explored.cards.count > 1 { add { $0.remove(card.slot) } }
        add { $0.image = .small }
        add { $0.goal = .stage }
        add { $0.stalls = .stallBudget }
        add { $0.server = ExploredCase.Link() }
        for index in explored.cards.indices {
            add { $0.cards[index].link = ExploredCase.Link() }
            add { $0.cards[index].slowness = 1 }
            add { $0.cards[index].flash = .instant }
        }
        add { $0.pool.blockCount = 4 }
        return candidates
    }
}

extension ExploredCase {
    /// Takes a card out of the shelf, with its faults; the others keep their slots.
    mutating func remove(_ slot: UInt16) {
        cards.removeAll { $0.slot == slot }
        faults.removeAll { $0.slot == slot }
    }
}
