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
            blockBytes: job.pool.blockBytes, depthMinimum: result.depthRange.lowerBound,
            depthMaximum: result.depthRange.upperBound, time: TimeReport(result))
        let cards = result.cards.map { card in
            var report = CardReport(
                slot: card.slot, group: result.name, outcome: card.outcome, reason: card.reason, bytes: card.sentBytes,
                elapsedSeconds: card.elapsed.seconds, digestIsOK: card.digestMatches || card.outcome == .skipped,
                isDetached: card.account.detachments > 0,
                source: card.outcome == .success ? card.account.sourceName : nil)
            report.serverWaitSeconds = card.account.serverWait.seconds
            report.poolWaitSeconds = card.account.poolWait.seconds
            report.heldOldestSeconds = card.account.heldOldest.seconds
            report.donorBytes = card.account.donorBytes
            return report
        }
        self.init(mode: mode, elapsedSeconds: result.elapsed.seconds, groups: [group], cards: cards, ce: ce)
    }
}

extension TimeReport {
    package init(_ result: GroupResult) {
        self.init(
            elapsedSeconds: result.elapsed.seconds, serverSeconds: result.time.server.seconds,
            poolSeconds: result.time.pool.seconds, dwellSeconds: result.time.dwell.seconds,
            blockCount: result.time.blockCount)
    }
}
