package import Reports
import Runtime
import SoftwareImage

extension DownloadReport {
    /// The report of the download of all groups.
    ///
    /// - Parameter jobs: the groups', in the order of their results.
    package init(_ result: ShelfResult, jobs: [DownloadJob], mode: DownloadMode, ce: ResourceReport) {
        var ce = ce
        ce.poolBudgetBytes = result.budgetBytes
        ce.poolPeakBytes = result.peakBytes
        self.init(
            mode: mode, elapsedSeconds: result.elapsed.seconds,
            groups: zip(result.groups, jobs).map { GroupReport($0, job: $1) },
            cards: result.groups.flatMap { group in group.cards.map { CardReport($0, group: group.name) } }
                .sorted { $0.slot < $1.slot },
            ce: ce)
    }
}

extension GroupReport {
    fileprivate init(_ result: GroupResult, job: DownloadJob) {
        self.init(
            name: result.name, imageBytes: job.manifest.imageBytes, serverSessions: result.sourceSessions,
            serverBytes: result.sourceBytes, serverCountedBy: "ce", serverFailure: result.sourceFailure,
            poolBudgetBytes: job.pool.budgetBytes, poolPeakBytes: result.poolPeakBytes,
            blockBytes: job.pool.blockBytes, depthMinimum: result.depthRange.lowerBound,
            depthMaximum: result.depthRange.upperBound)
        version = job.manifest.version
        startedSeconds = result.startedAfter.seconds
        elapsedSeconds = result.elapsed.seconds
        if !job.manifest.isSigned { insecure.append(Self.unsigned) }
    }
}

extension CardReport {
    fileprivate init(_ card: CardResult, group: String) {
        self.init(
            slot: card.slot, group: group, outcome: card.outcome, reason: card.reason, bytes: card.sentBytes,
            elapsedSeconds: card.elapsed.seconds, digestIsOK: card.digestMatches || card.outcome == .skipped,
            isDetached: card.account.detachments > 0,
            source: card.outcome == .success ? card.account.sourceName : nil)
        serverWaitSeconds = card.account.serverWait.seconds
        poolWaitSeconds = card.account.poolWait.seconds
        donorBytes = card.account.donorBytes
    }
}
