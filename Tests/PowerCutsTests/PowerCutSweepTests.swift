import CardSoftware
import PowerCuts
import Testing

/// A card whose power is cut at any operation, and again while it recovers.
@Suite struct PowerCutSweepTests {
    /// Of the second cuts, one in so many are made: so many cases, more than 100,000 in all.
    static let shares: [String: (stride: Int, cases: Int)] = [
        "nor": (16, 10_000), "spi-nor": (1, 25_000), "slc-nand": (1, 14_000), "mlc-nand": (1, 4500),
        "large-blocks": (1, 20_000), "out-of-order": (3, 9000), "bad-blocks": (4, 8000), "silent-blocks": (4, 8000),
        "long-lived": (3, 3000), "long-lived-out-of-order": (16, 1000),
    ]

    /// All first cuts, and their share of second ones.
    @Test(arguments: SweepGeometry.all) func noCutHurtsACard(geometry: SweepGeometry) throws {
        let share = try #require(Self.shares[geometry.name])
        let result = PowerCutSweep(seed: 7, stride: share.stride).run(geometry)
        #expect(result.caseCount >= share.cases, "\(result.caseCount) cases")
        #expect(result.failures == [], "replay with simulator power-cut --replay ID")
        #expect(result.failureCount == 0)
        for phase in SweepPhase.allCases {
            let row = result.rows.first { $0.phase == phase }
            #expect((row?.operations ?? -1) > 0 || phase == .readOut, "\(phase) was not cut at all")
        }
    }

    @Test func theCasesAreMoreThanAHundredThousand() {
        #expect(Set(Self.shares.keys) == Set(SweepGeometry.all.map(\.name)))
        #expect(Self.shares.values.reduce(0) { $0 + $1.cases } >= 100_000)
    }

    /// What only reads writes nothing.
    @Test func aReadOutHasNoOperationToCut() {
        let rows = PowerCutSweep(seed: 7, depth: 1).run(SweepGeometry.all[1]).rows
        #expect(rows.first { $0.phase == .readOut }?.operations == 0)
    }

    // MARK: That the sweep can fail

    @Test(arguments: PlantedDefect.allCases) func everyPlantedDefectIsFound(defect: PlantedDefect) throws {
        var failures: [PowerCutSweep.Result.Failure] = []
        for geometry in SweepGeometry.all {
            failures += PowerCutSweep(seed: 7, depth: 1, defect: defect).run(geometry).failures
        }
        #expect(!failures.isEmpty)
        // What was found is found again, and not in a card without the defect.
        guard let replay = failures.lazy.compactMap(\.replay).first else { return }
        #expect(PowerCutSweep.replay(replay, defect: defect) != nil)
        #expect(PowerCutSweep.replay(replay) == nil)
    }

    @Test(arguments: [
        "spi-nor:download:17p:4c:42", "nor:roll-back:1n:18446744073709551615", "bad-blocks:failed-boots:3g:7",
    ])
    func aReplayIdComesBackAsItWas(id: String) throws {
        #expect(SweepCase(id)?.description == id)
    }

    @Test(arguments: [
        "", "spi-nor", "spi-nor:download:17x:1", "spi-nor:download:0p:1", "nand:download:1p:1", "nor:upload:1p:1",
        "nor:download:1p:2p:3p:1",
    ])
    func whatIsNoReplayIdIsRefused(id: String) {
        #expect(SweepCase(id) == nil)
    }
}
