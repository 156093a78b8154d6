import Reports

/// What a run on the virtual clock costs: a figure to compare later ones with.
struct VirtualClockBenchmark: Benchmark {
    let name = "virtual-clock"
    let intent = """
        The scenario 20cards on the virtual clock, in each mode, as the whole program `simulator`: the image's making, both baselines \
        on one card each, and the comparison of every flash are in its time. There is no target.
        """
    let defaultRounds = 3

    private static let scenario = "scenarios/20cards.yaml"

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        var section = Section()
        for mode in DownloadMode.allCases {
            var runs: [SimulatorRun] = []
            for _ in 1...rounds {
                runs.append(try await workshop.simulate(Self.scenario, clock: .virtual, mode: mode))
            }
            guard runs.allSatisfy({ $0.cpuSeconds > 0 }) else { throw BenchmarkError("a run took no CPU time at all") }
            section.add(
                mode.rawValue,
                [
                    Figure("virtual time", .seconds, runs.map(\.report.elapsedSeconds)),
                    Figure("wall", .seconds, runs.map(\.wallSeconds)),
                    Figure("CPU", .seconds, runs.map(\.cpuSeconds)),
                    Figure(
                        "virtual seconds per CPU second", .times, runs.map { $0.report.elapsedSeconds / $0.cpuSeconds }),
                ])
            workshop.say("\(mode.rawValue): \(ReportText.count(rounds, "round")) done")
        }
        return section
    }
}
