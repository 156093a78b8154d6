import Reports

/// How large a shelf the virtual clock can take.
struct VirtualScaleBenchmark: Benchmark {
    let name = "virtual-scale"
    let intent = """
        The scenario 20cards with ten thousand cards on the virtual clock, over clear links, as the whole program `simulator`: 16 MiB for each card, every \
        flash compared with the image.
        """
    let defaultRounds = 1

    private static let scenario = "scenarios/20cards.yaml"
    private static let cardCount = 10_000
    private static let wallTarget = Target.atMost(60)
    private static let memoryTarget = Target.atMost(Double(4 << 30))

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        var section = Section()
        var runs: [SimulatorRun] = []
        for round in 1...rounds {
            let run = try await workshop.simulate(
                Self.scenario, clock: .virtual,
                settings: ["groups.adsl.slots=1-\(Self.cardCount)", "link_security=clear"])
            guard run.report.cards.count == Self.cardCount else {
                throw BenchmarkError("\(run.report.cards.count) cards took part, not \(Self.cardCount)")
            }
            runs.append(run)
            workshop.say("round \(round): \(ReportText.duration(run.wallSeconds))")
        }
        section.add(
            "\(Self.cardCount) cards",
            [
                Figure("wall", .seconds, runs.map(\.wallSeconds), Self.wallTarget),
                Figure("CPU", .seconds, runs.map(\.cpuSeconds)),
                Figure("resident, peak", .bytes, runs.map { Double($0.residentBytes) }, Self.memoryTarget),
                Figure("virtual time", .seconds, runs.map(\.report.elapsedSeconds)),
            ])
        return section
    }
}
