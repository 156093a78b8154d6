package import Reports
import Runtime
import SoftwareImage

extension DownloadReport {
    /// The report of one group's download.
    package init(_ result: GroupResult, job: DownloadJob, mode: DownloadMode, ce: ResourceReport) {
        let group = GroupReport(
            name: result.name, imageBytes: job.manifest.imageBytes, serverSessions: result.sourceSessions,
            serverBytes: result.sourceBytes, serverCountedBy: "ce", serverFailure: result.sourceFailure,
            poolBudgetBytes: job.pool.budgetBytes, poolPeakBytes: result.poolPeakBytes,
            blockBytes: job.pool.blockBytes, depthMinimum: job.pool.blockCount, depthMaximum: job.pool.blockCount)
        let cards = result.cards.map { card in
            CardReport(
                slot: card.slot, group: result.name, outcome: card.outcome, reason: card.reason, bytes: card.sentBytes,
                elapsedSeconds: card.elapsed.seconds, digestIsOK: card.digestMatches || card.outcome == .skipped,
                source: card.outcome == .success ? "server" : nil)
        }
        self.init(mode: mode, elapsedSeconds: result.elapsed.seconds, groups: [group], cards: cards, ce: ce)
    }
}
