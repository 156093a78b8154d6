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
    let job: DownloadJob

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
            let shouldHoldIt = [.success, .skipped].contains(download.cards[index].outcome)
            if let difference, shouldHoldIt {
                problems.append("slot \(difference.slot) was reported to have the image, but \(difference.text)")
            }
        }
        var report = RunReport(
            scenario: request.scenario.name, seed: request.scenario.seed, clock: request.clock,
            lowerBoundSeconds: lowerBoundSeconds, download: download, simulator: simulator, traceHash: traceHash,
            command: request.command)
        try compare(&report)
        Judge.judge(&report, request.scenario.expectation, problems: problems)
        return report
    }

    private func bound(ofSlot slot: Int) -> Double? {
        shelf.cards.first { Int($0.slot) == slot }.map { shelf.lowerBound.seconds(for: shelf.bound(of: $0)) }
    }

    /// Of the parallel way, also for a baseline's own run: whatever is done, it takes that long.
    private var lowerBoundSeconds: Double {
        shelf.lowerBound.seconds(for: shelf.cards.map { shelf.bound(of: $0) })
    }

    /// Adds the baselines, where the scenario is one in which cards succeed.
    private func compare(_ report: inout RunReport) throws {
        guard report.cards.contains(where: { $0.outcome == .success }) else { return }
        let baselines = try Baselines(shelf, job: job)
        report.compare(
            serialSeconds: baselines.serialSeconds, serialPipelinedSeconds: baselines.serialPipelinedSeconds,
            clock: .virtual)
    }
}

extension DownloadJob {
    /// The download that a scenario asks for; its cards' endpoints come with the shelf.
    init(_ shelf: ShelfDescription) {
        let scenario = shelf.scenario
        self.init(
            group: scenario.group.name, manifest: shelf.manifest, cards: [],
            pool: PoolLayout(
                blockBytes: scenario.pool.blockBytes, blockCount: scenario.pool.blockCount,
                budgetBytes: scenario.pool.budgetBytes, isDepthFixed: scenario.pool.isCountFixed),
            engine: "simulator", stalls: scenario.group.stalls.policy)
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
