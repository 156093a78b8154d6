import FlashModel
import Reports

/// How near the engine comes to what is physically possible, on any flash, and what memory is worth: on the virtual clock, where the
/// figures are the same on every machine.
struct EngineBenchmark: Benchmark {
    let name = "engine"
    let intent = """
        benchmarks/scenarios/engine.yaml on the virtual clock: a server of 100 Mbit/s, links of 1 Gbit/s, each flash at its real times, blocks \
        of 64 KiB. Then the scenarios slow-card and nine-slow-cards. The figures are the same on every machine.
        """
    let defaultRounds = 1

    private static let scenario = "benchmarks/scenarios/engine.yaml"
    private static let blockBytes = 64 << 10
    /// The most blocks that the figures are asked for.
    private static let budgetBlocks = 8
    private static let depths = [2, 3, 4, 6, 8, 12, 16]

    /// An image that takes the flash seconds, so that what comes once for each download does not count.
    private static let imageSizes = [
        "nor-2002": "2MiB", "nor-m29w": "2MiB", "spi-nor": "2MiB", "slc-nand": "8MiB", "mlc-nand": "8MiB",
        "instant": "8MiB",
    ]

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        var section = Section()
        section.add("efficiency at 8 blocks, automatic depth", try await efficiencies(in: workshop))
        for profile in FlashProfile.all { try await addDepths(of: profile, to: &section, in: workshop) }
        for scenario in ["slow-card", "nine-slow-cards"] {
            section.add(scenario, try await stragglers(scenario, in: workshop))
        }
        return section
    }

    private func run(_ profile: FlashProfile, cards: Int, blocks: Int?, in workshop: Workshop) async throws -> RunReport
    {
        var settings = [
            "kinds.card.flash.profile=\(profile.name)", "groups.cards.slots=1-\(cards)",
            "images.firmware.size=\(Self.imageSizes[profile.name]!)",
        ]
        if let blocks { settings += ["ce.blocks=\(blocks)", "ce.memory=\(blocks * Self.blockBytes)"] }
        let run = try await workshop.simulate(Self.scenario, clock: .virtual, settings: settings)
        let depth = blocks.map { "\(ReportText.count($0, "block"))" } ?? "automatic depth"
        workshop.say(
            "\(profile.name), \(ReportText.count(cards, "card")), \(depth): "
                + "\(ReportText.duration(run.report.elapsedSeconds)), efficiency \(ReportText.fixed(run.report.efficiency, 4))"
        )
        return run.report
    }

    private func efficiencies(in workshop: Workshop) async throws -> [Figure] {
        var figures: [Figure] = []
        for profile in FlashProfile.all {
            for cards in [1, 20, 200] {
                let report = try await run(profile, cards: cards, blocks: nil, in: workshop)
                figures.append(
                    Figure(
                        "\(profile.name), \(ReportText.count(cards, "card"))", .ratio, [report.efficiency],
                        .atLeast(0.98)))
            }
        }
        return figures
    }

    /// Time and memory against the depth.
    private func addDepths(of profile: FlashProfile, to section: inout Section, in workshop: Workshop) async throws {
        var fixed: [(blocks: Int, report: RunReport)] = []
        for blocks in Self.depths {
            fixed.append((blocks, try await run(profile, cards: 20, blocks: blocks, in: workshop)))
        }
        let automatic = try await run(profile, cards: 20, blocks: nil, in: workshop)
        let rows = fixed.map { Self.row("\($0.blocks)", $0.report) } + [Self.row("automatic", automatic)]
        section.add(
            Section.Table(
                title: "\(profile.name), 20 cards, time and memory against the depth",
                heading: ["blocks", "time", "efficiency", "pool, peak"], rows: rows))
        let best = fixed.filter { $0.blocks <= Self.budgetBlocks }.map(\.report.elapsedSeconds).min()!
        let enough = fixed.first { $0.report.elapsedSeconds <= 1.02 * best }!
        section.add(
            "\(profile.name), 20 cards, automatic depth",
            [
                Figure(
                    "time, to that of the best fixed depth", .ratio, [automatic.elapsedSeconds / best], .atMost(1.02)),
                Figure(
                    "memory, to that of the smallest fixed depth that is as fast", .ratio,
                    [Double(Self.peakBytes(automatic)) / Double(enough.blocks * Self.blockBytes)], .atMost(1.25)),
            ])
    }

    private static func row(_ depth: String, _ report: RunReport) -> [String] {
        [
            depth, ReportText.duration(report.elapsedSeconds), ReportText.fixed(report.efficiency, 4),
            ReportText.bytes(peakBytes(report)),
        ]
    }

    private static func peakBytes(_ report: RunReport) -> Int {
        report.groups.reduce(0) { $0 + $1.poolPeakBytes }
    }

    /// Cards that are five times slower than the others: what they cost these, and what becomes of them.
    private func stragglers(_ scenario: String, in workshop: Workshop) async throws -> [Figure] {
        let report = try await workshop.simulate("scenarios/\(scenario).yaml", clock: .virtual).report
        func worst(isDetached: Bool) throws -> Double {
            let parts = report.cards.filter { $0.isDetached == isDetached }.compactMap { card in
                card.boundSeconds.map { card.elapsedSeconds / $0 }
            }
            guard let worst = parts.max() else { throw BenchmarkError("\(scenario) has no such cards") }
            return worst
        }
        return [
            Figure("the others, worst time to its bound", .ratio, [try worst(isDetached: false)], .atMost(1.02)),
            Figure("the slow ones, worst time to its bound", .ratio, [try worst(isDetached: true)], .atMost(1.05)),
            Figure(
                "transfers at the server (RETR)", .count, [Double(report.groups.reduce(0) { $0 + $1.serverSessions })],
                .exactly(1)),
            Figure(
                "bytes from the server, to the image's", .ratio,
                [Double(report.groups[0].serverBytes) / Double(report.groups[0].imageBytes)], .exactly(1)),
        ]
    }
}
