import Reports

/// The main job against its bounds, and the virtual clock against the real one.
struct TwentyCardsBenchmark: Benchmark {
    let name = "20cards"
    let intent = """
        The scenario 20cards with real processes over TCP: twenty cards get 16 MiB from one transfer, on spi-nor flash at a tenth \
        of its times, every flash compared byte for byte. The baselines' times come from the virtual clock.
        """
    let defaultRounds = 3

    private static let scenario = "scenarios/20cards.yaml"

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        var reports: [RunReport] = []
        for round in 1...rounds {
            let report = try await workshop.simulate(Self.scenario, clock: .real).report
            workshop.say(
                "round \(round) of \(rounds): \(ReportText.duration(report.elapsedSeconds)), "
                    + "efficiency \(ReportText.percent(report.efficiency))")
            reports.append(report)
        }
        var virtual: [RunReport] = []
        for _ in 1...2 { virtual.append(try await workshop.simulate(Self.scenario, clock: .virtual).report) }
        let virtualSeconds = virtual[0].elapsedSeconds
        guard virtualSeconds > 0, let hash = virtual[0].traceHash else {
            throw BenchmarkError("the run on the virtual clock has no elapsed time, or no trace hash")
        }
        var section = Section()
        section.add("The download", try download(reports))
        section.add("The CE", ce(reports.map(\.ce)))
        section.add(
            "The virtual clock",
            [
                Figure("elapsed, virtual clock", .seconds, [virtualSeconds]),
                Figure(
                    "difference of the real clock from it", .percent,
                    reports.map { abs($0.elapsedSeconds / virtualSeconds - 1) }, .atMost(0.03)),
                Figure(
                    "different trace hashes of two runs with one seed", .count,
                    [virtual[1].traceHash == hash ? 1 : 2], .exactly(1)),
            ])
        return section
    }

    private func download(_ reports: [RunReport]) throws -> [Figure] {
        let speedups = reports.compactMap(\.speedup)
        let pipelined = reports.compactMap(\.speedupPipelined)
        guard speedups.count == reports.count, pipelined.count == reports.count else {
            throw BenchmarkError("a report has no speedup")
        }
        // The scenario has one group.
        let groups = reports.map { $0.groups[0] }
        return [
            Figure("elapsed, real clock", .seconds, reports.map(\.elapsedSeconds)),
            Figure("lower bound", .seconds, reports.map(\.lowerBoundSeconds)),
            Figure("efficiency", .ratio, reports.map(\.efficiency), .atLeast(0.97)),
            Figure("speedup over the serial baseline", .times, speedups, .atLeast(21)),
            Figure("speedup over the pipelined baseline", .times, pipelined, .atLeast(19)),
            Figure("transfers at the server (RETR)", .count, groups.map { Double($0.serverSessions) }, .exactly(1)),
            Figure(
                "bytes at the server", .bytes, groups.map { Double($0.serverBytes) },
                .exactly(Double(groups[0].imageBytes))),
            Figure("pool, peak", .bytes, groups.map { Double($0.poolPeakBytes) }, .atMost(512 * 1024)),
        ]
    }

    private func ce(_ reports: [ResourceReport]) -> [Figure] {
        MemoryBenchmark.figures(of: reports, anonymous: MemoryBenchmark.anonymousTarget)
            + [Figure("CPU", .seconds, reports.map(\.cpuSeconds))]
    }
}
