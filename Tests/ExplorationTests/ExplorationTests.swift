import Exploration
import Testing

/// The exploration itself: that it finds what is wrong, and nothing where all is well.
@Suite struct ExplorationTests {
    private static let images = ExploredImages()

    /// A part of the campaign of `make explore`, under other seeds.
    @Test(arguments: 0..<8 as Range<UInt64>) func manySeedsViolateNothing(part: UInt64) {
        var campaign = Campaign()
        for seed in 100_000 + part * 50..<100_000 + (part + 1) * 50 {
            if let failure = campaign.explore(seed: seed) {
                Issue.record("seed \(seed): \(failure.violation)\n\(failure.explored.scenario(failure.violation))")
            }
        }
        #expect(campaign.seedCount == 50)
    }

    @Test(arguments: PlantedEngineDefect.allCases) func aPlantedDefectIsFound(defect: PlantedEngineDefect) {
        let campaign = Campaign(defect: defect)
        let found = (1...2000 as ClosedRange<UInt64>).first { campaign.finds(seed: $0) != nil }
        #expect(found != nil)
    }

    @Test func theSameSeedTakesTheSameCourse() {
        for seed in [3, 77, 4711] as [UInt64] {
            let explored = ExploredCase(seed: seed)
            let first = ExploredRun(explored, Self.images).run()
            #expect(ExploredRun(explored, Self.images).run().trace == first.trace)
            #expect(ExploredRun(ExploredCase(seed: seed + 1), Self.images).run().trace != first.trace)
        }
    }

    /// What is left is a fault or two, on few cards, and fails in the same way.
    @Test func aFailingCaseBecomesSmall() throws {
        var campaign = Campaign(defect: .resumesTooFar)
        let failure = try #require(
            (1...500 as ClosedRange<UInt64>).lazy.compactMap { campaign.explore(seed: $0) }.first)
        #expect(failure.explored.faults.count == 1 && failure.explored.cards.count <= 2)
        let again = CaseTrial(failure.explored, Self.images, defect: .resumesTooFar).run()
        #expect(again.violations.contains { $0.invariant == failure.violation.invariant })
        #expect(CaseTrial(failure.explored, Self.images).run().violations.isEmpty)
    }

    @Test func everySeedIsAnotherCase() {
        let cases = (1...200 as ClosedRange<UInt64>).map { ExploredCase(seed: $0) }
        for (index, explored) in cases.enumerated() {
            #expect(explored == ExploredCase(seed: UInt64(index + 1)))
            #expect(index == 0 || explored != cases[index - 1])
        }
        #expect(cases.contains { $0.faults.isEmpty } && cases.contains { $0.faults.count >= 3 })
    }
}
