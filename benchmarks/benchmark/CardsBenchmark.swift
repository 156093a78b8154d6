import Reports
import Runs
import Runtime
import Scenarios
import Settings
import ShelfModel
import Shelves

/// What a simulated card costs.
struct CardsBenchmark: Benchmark {
    let name = "cards"
    let intent = """
        200 `line-card` processes, started by the code that the simulator starts them with: idle, when the last one has registered; \
        and in a run of benchmarks/scenarios/200cards.yaml by the simulator, right after every card has got 4 MiB on spi-nor flash. \
        PSS is the proportional set size (smaps_rollup), shared pages counted by their share; the flash is a file, and not in it.
        """
    let defaultRounds = 3

    private static let scenario = "benchmarks/scenarios/200cards.yaml"
    private static let registrationTarget = Target.atMost(2)
    private static let memoryTarget = Target.atMost(300 * 1024)

    /// What was seen of a shelf.
    private struct Sight {
        var registrationSeconds: Double
        var bytesPerCard: Double

        var text: String {
            "registered in \(ReportText.duration(registrationSeconds)), \(ReportText.bytes(UInt64(bytesPerCard))) a card"
        }
    }

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        var (idle, after) = ([Sight](), [Sight]())
        for round in 1...rounds {
            idle.append(try await idleShelf(in: workshop))
            let report = try await workshop.simulate(Self.scenario, clock: .real).report
            after.append(
                Sight(
                    registrationSeconds: report.simulator.registrationSeconds,
                    bytesPerCard: Double(report.simulator.cardsPSSBytes) / Double(report.cards.count)))
            workshop.say(
                "round \(round) of \(rounds): idle: \(idle[round - 1].text); after a download: \(after[round - 1].text)"
            )
        }
        var section = Section()
        section.add("Idle, after registration", figures(idle))
        section.add("Right after a download", figures(after))
        return section
    }

    private func figures(_ sights: [Sight]) -> [Figure] {
        [
            Figure(
                "until 200 cards are registered", .seconds, sights.map(\.registrationSeconds), Self.registrationTarget),
            Figure("PSS a card, beside its flash", .bytes, sights.map(\.bytesPerCard), Self.memoryTarget),
        ]
    }

    private func idleShelf(in workshop: Workshop) async throws -> Sight {
        let scenario = try ScenarioReader.read(contentsOf: Self.scenario)
        let cards = try ShelfDescription(scenario, lineCardPath: workshop.programs.lineCard).cards
        let folder = try workshop.makeFolder("flash")
        let shelf = Shelf(
            cards: cards, program: workshop.programs.lineCard, flashFile: { "\(folder)/slot-\($0).flash" },
            logFile: workshop.freshPath("cards.log"), loop: workshop.loop)
        return try await shelf.run { targets in
            Sight(
                registrationSeconds: await shelf.registrationTime.seconds,
                bytesPerCard: Double(await shelf.proportionalSetBytes()) / Double(targets.count))
        }
    }
}
