import Download
import Faults
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

    /// - Throws: when a baseline cannot be run, and when no CE has lived to report anything.
    func report(
        _ record: RunRecord, simulator: SimulatorReport, traceHash: String?, problems: [String] = []
    ) throws -> RunReport {
        guard var download = record.main?.report else {
            throw ShelfError("no CE has lived to report; a step without a fault that kills it would")
        }
        let differences = record.differences
        var record = record
        record.violations += Rules(scenario: request.scenario, shelf: shelf, cutsPower: !request.powerCuts.isEmpty)
            .violations(in: record)
        var problems = problems
        for index in download.cards.indices {
            download.cards[index].boundSeconds = bound(ofSlot: download.cards[index].slot)
            let difference = differences.first { $0.slot == download.cards[index].slot }
            download.cards[index].digestIsOK = difference == nil
            download.cards[index].restarts = record.restarts[download.cards[index].slot]
            if let difference, download.cards[index].outcome.hasImage, !spoilsHoldings {
                problems.append("slot \(difference.slot) was reported to have the image, but \(difference.text)")
            }
        }
        measure(&download)
        var report = RunReport(
            scenario: request.scenario.name, seed: request.scenario.seed, clock: request.clock,
            lowerBoundSeconds: shelf.lowerBoundSeconds, download: download, simulator: simulator, traceHash: traceHash,
            command: request.command)
        try compare(&report)
        Judge(scenario: request.scenario, record: record).judge(&report, problems: problems)
        return report
    }

    /// What a card holds may be other by now than when it was reported: bits have rotted, or it is another card.
    private var spoilsHoldings: Bool {
        request.scenario.faults.contains { ["bit_rot_after_verify", "insert"].contains($0.action.name) }
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
