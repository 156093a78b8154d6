import Rollout
import Testing

@Suite struct WaveTests {
    private static let slots = Array(1...10)

    @Test(
        arguments: [
            (nil, nil, [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]),
            (.count(2), nil, [[1, 2], [3, 4, 5, 6, 7, 8, 9, 10]]),
            (.slots([7, 3]), nil, [[3, 7], [1, 2, 4, 5, 6, 8, 9, 10]]),
            (.slots([99]), .count(6), [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10]]),
            (.count(1), .count(4), [[1], [2, 3, 4, 5], [6, 7, 8, 9], [10]]),
            (nil, .percent(50), [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]),
            (nil, .percent(33), [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]),
            (nil, .percent(1), (1...10).map { [$0] }),
            (.count(99), .count(1), [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]),
        ] as [(Canary?, WaveSize?, [[Int]])])
    func aGroupIsCutIntoWaves(canary: Canary?, wave: WaveSize?, waves: [[Int]]) {
        let plan = RolloutPlan(goal: .commit, canary: canary, wave: wave)
        #expect(plan.waves(of: Self.slots) == waves)
        #expect(plan.waves(of: []) == [])
    }

    @Test func aTrialIsAsLongAsThePlanWaits() {
        func seconds(_ plan: RolloutPlan, waves: Int = 3) -> UInt32 {
            plan.trialSeconds(waveCount: waves, restart: .seconds(30))
        }
        #expect(seconds(RolloutPlan(goal: .commit)) == 0)
        #expect(seconds(RolloutPlan(goal: .commit, soak: .seconds(100))) == 160)
        #expect(seconds(RolloutPlan(goal: .commit, protection: [ProtectionPair(1, 2)])) == 90)
        #expect(seconds(RolloutPlan(goal: .commit, isAllOrNone: true)) == 120)
        #expect(seconds(RolloutPlan(goal: .commit, isAllOrNone: true), waves: 1) == 0)
        #expect(seconds(RolloutPlan(goal: .commit, isAllOrNone: true, soak: .seconds(100))) == 420)
        #expect(seconds(RolloutPlan(goal: .commit, soak: .seconds(100), trial: .seconds(900))) == 900)
    }
}
