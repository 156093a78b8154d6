import Download
import LineCard
import Reports
import Scenarios
import Settings
import ShelfModel
import SoftwareImage

/// Makes a run's report of what the CE said, what the cards' flash holds, the lower bound and the baselines.
struct ReportBuilder {
    let request: RunRequest
    let shelf: ShelfDescription
    let jobs: [DownloadJob]

    /// - Parameter differences: what is wrong with the flash of cards, by slot.
    /// - Throws: when a baseline cannot be run.
    func report(
        _ download: DownloadReport, differences: [(slot: Int, text: String)], simulator: SimulatorReport,
        traceHash: String?, problems: [String] = []
    ) throws -> RunReport {
        var download = download
        var problems = problems
        for index in download.cards.indices {
            download.cards[index].boundSeconds = bound(ofSlot: download.cards[index].slot)
            let difference = differences.first { $0.slot == download.cards[index].slot }
            download.cards[index].digestIsOK = difference == nil
            if let difference, download.cards[index].outcome.hasImage {
                problems.append("slot \(difference.slot) was reported to have the image, but \(difference.text)")
            }
        }
        measure(&download)
        var report = RunReport(
            scenario: request.scenario.name, seed: request.scenario.seed, clock: request.clock,
            lowerBoundSeconds: shelf.lowerBoundSeconds, download: download, simulator: simulator, traceHash: traceHash,
            command: request.command)
        try compare(&report)
        Judge.judge(&report, request.scenario.expectation, problems: problems)
        return report
    }

    private func bound(ofSlot slot: Int) -> Double? {
        guard let group = shelf.group(ofSlot: slot), let card = group.cards.first(where: { Int($0.slot) == slot })
        else { return nil }
        return group.lowerBoundSeconds(of: card)
    }

    /// Holds each group against its own bound.
    private func measure(_ download: inout DownloadReport) {
        for index in download.groups.indices {
            let name = download.groups[index].name
            guard let bound = shelf.groups.first(where: { $0.name == name })?.lowerBoundSeconds else { continue }
            download.groups[index].lowerBoundSeconds = bound
            let elapsed = download.groups[index].elapsedSeconds
            let isWhole = download.cards.allSatisfy { $0.group != name || $0.outcome.hasImage }
            download.groups[index].efficiency = isWhole && elapsed > 0 ? bound / elapsed : nil
        }
    }

    /// Adds the baselines, where the scenario is one in which cards succeed.
    private func compare(_ report: inout RunReport) throws {
        guard report.cards.contains(where: { $0.outcome == .success }) else { return }
        let baselines = try Baselines(shelf, jobs: jobs)
        report.compare(
            serialSeconds: baselines.serialSeconds, serialPipelinedSeconds: baselines.serialPipelinedSeconds,
            clock: .virtual)
    }
}

extension ShelfDescription {
    /// The downloads that the scenario asks for, by group; the cards' endpoints come with the shelf.
    var jobs: [DownloadJob] {
        let pool = PoolLayout(
            blockBytes: scenario.pool.blockBytes, blockCount: scenario.pool.blockCount,
            budgetBytes: scenario.pool.budgetBytes, isDepthFixed: scenario.pool.isCountFixed)
        return groups.map {
            DownloadJob(
                group: $0.name, manifest: $0.manifest, cards: [], pool: pool, engine: "simulator",
                stalls: $0.group.stalls.policy)
        }
    }
}

extension ScenarioStallPolicy {
    var policy: StallPolicy {
        switch self {
        case .stallBudget: .stallBudget
        case .wait: .wait
        case .drop: .drop
        }
    }
}
