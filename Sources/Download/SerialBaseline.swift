import CardDialogue
package import ImageSources
import Reports
package import Runtime
import SoftwareImage

/// The prior art: one card after the other, each with a file transfer of its own, strictly chunk by chunk: fetch a chunk,
/// write it into the card's flash, fetch the next.
package actor SerialBaseline {
    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let job: DownloadJob
    private let source: any ImageSource
    private let network: any Network
    private let observer: (any DownloadObserver)?
    private let watch = ConversationWatch()
    private var startedAt = Instant.start
    private var sourceSessions = 0
    private var sourceBytes: UInt64 = 0
    private var sourceFailure: String?
    private var isSourceUnavailable = false
    private var time = TimeAccount()

    /// - Parameter source: one that does not read ahead, or the baseline would not be strictly serial.
    package init(
        job: DownloadJob, source: any ImageSource, network: any Network, loop: any Loop,
        observer: (any DownloadObserver)? = nil
    ) {
        self.job = job
        self.source = source
        self.network = network
        self.loop = loop
        self.observer = observer
    }

    /// Downloads the image to every card, in the order of the job.
    package func run() async -> GroupResult {
        startedAt = loop.now
        observer?.note(.groupStarted(job.opening), at: startedAt)
        defer { observer?.note(.groupEnded(group: job.group), at: loop.now) }
        let results = await withTaskGroup(of: [CardResult].self) { tasks in
            tasks.addTask {
                await self.watchDeadlines()
                return []
            }
            tasks.addTask { await self.downloadAll() }
            var results: [CardResult] = []
            while results.isEmpty, let next = await tasks.next() { results = next }
            tasks.cancelAll()
            return results
        }
        return GroupResult(
            name: job.group, cards: results, elapsed: startedAt.duration(to: loop.now), sourceSessions: sourceSessions,
            sourceBytes: sourceBytes, sourceFailure: sourceFailure,
            isSourceUnavailable: isSourceUnavailable, poolPeakBytes: sourceBytes > 0 ? job.pool.blockBytes : 0,
            depthRange: 1...1, time: time)
    }

    private func watchDeadlines() async {
        await watch.run(on: loop)
    }

    private func downloadAll() async -> [CardResult] {
        var results: [CardResult] = []
        for target in job.cards { results.append(await download(target)) }
        return results
    }

    private func download(_ target: CardTarget) async -> CardResult {
        var account = CardAccount()
        do throws(CardFailure) {
            report(.cardChanged(slot: target.slot, .connecting))
            let session = try await CardSession.open(target, network: network, loop: loop)
            watch.add(session.conversation)
            defer {
                account.sentBytes = session.sentBytes
                account.poolBytes = session.sentBytes
                watch.remove(session.conversation)
                session.conversation.close()
            }
            let identity = try await session.conversation.hello(job.engine)
            if let holder = identity.instance(holding: job.manifest) {
                return result(target, .skipped, job.manifest.isHeld(by: holder), account)
            }
            report(.cardChanged(slot: target.slot, .preparing))
            try await session.start(job.manifest, sectionBytes: job.pool.sectionBytes)
            report(.cardChanged(slot: target.slot, .receiving))
            try await transfer(to: session, &account)
            report(.cardChanged(slot: target.slot, .verifying))
            try await session.end(job.manifest)
            account.sentBytes = session.sentBytes
            account.poolBytes = session.sentBytes
            return result(target, .success, nil, account)
        } catch {
            return result(target, error == .cancelled ? .aborted : .failed, error.description, account)
        }
    }

    private func transfer(to session: CardSession, _ account: inout CardAccount) async throws(CardFailure) {
        let chunk = SerialChunk(session: session, manifest: job.manifest, pool: job.pool) { bytes in
            self.report(.cardProgrammed(slot: session.conversation.target.slot, bytes: bytes))
        }
        let start = loop.now
        defer {
            if chunk.receivedBytes > 0 { sourceSessions += 1 }
            // What was not the card's time was the server's: here nothing overlaps.
            account.serverWait = start.duration(to: loop.now) - chunk.cardTime
            time.server += account.serverWait
            time.blockCount += chunk.flushCount
            time.dwell += chunk.cardTime
        }
        report(.sourceOpened(group: job.group))
        do {
            try await source.fetch(from: 0, into: chunk)
        } catch {
            if let failure = chunk.failure { throw failure }
            if error == .cancelled { throw .cancelled }
            report(.sourceFailed(group: job.group, reason: error.description))
            sourceFailure = error.description
            isSourceUnavailable = error.isUnavailability
            throw .noImage(error.description)
        }
        try await chunk.finish()
        sourceBytes += chunk.receivedBytes
        report(.sourceVerified(group: job.group))
    }

    private func report(_ event: DownloadEvent) {
        observer?.note(event, at: loop.now)
    }

    private func result(
        _ target: CardTarget, _ outcome: Outcome, _ reason: String?, _ account: CardAccount
    ) -> CardResult {
        report(.cardEnded(slot: target.slot, outcome: outcome, reason: reason))
        return CardResult(
            slot: target.slot, outcome: outcome, reason: reason, sentBytes: account.sentBytes,
            elapsed: startedAt.duration(to: loop.now), digestMatches: outcome == .success, account: account)
    }
}
