import CardDialogue
package import ImageSources
import Reports
package import Runtime
import SoftwareImage

/// Brings one image to all cards of one group at once: owner of the pool, of the transfer agent and of a download agent per
/// card.
///
/// Its executor is the loop that it is handed. All of the group's tasks are children of `run` and enter the actor once, so that
/// the pool and its window are touched without a switch.
package actor SoftwareManagementAgent {
    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let job: DownloadJob
    let network: any Network
    let pool: BufferPool
    let watch = ConversationWatch()
    private(set) lazy var transfer = TransferAgent(
        group: job.group, manifest: job.manifest, pool: pool, loop: loop
    ) { [unowned self] event in
        assumeIsolated { $0.report(event) }
    }
    private let source: any ImageSource
    private let observer: (any DownloadObserver)?
    private let demand: Gate
    private var isImageNeeded = false
    private var startedAt = Instant.start

    package init(
        job: DownloadJob, source: any ImageSource, network: any Network, loop: any Loop,
        observer: (any DownloadObserver)? = nil
    ) {
        self.job = job
        self.source = source
        self.network = network
        self.loop = loop
        self.observer = observer
        demand = Gate(loop: loop)
        pool = BufferPool(
            settings: job.pool, imageBytes: Int(job.manifest.imageBytes), cardCount: job.cards.count, loop: loop)
    }

    /// Downloads the image to every card of the group.
    ///
    /// Cancelled, it closes every connection; the cards that had no result are `aborted`.
    ///
    /// - Returns: exactly one result per card, in the order of the job.
    package func run() async -> GroupResult {
        startedAt = loop.now
        let filled = pool.filled
        let results = await withTaskCancellationHandler {
            await runAgents()
        } onCancel: {
            // Download agents wait for blocks without a handler of their own.
            loop.perform { filled.open() }
        }
        return groupResult(results)
    }

    /// One child task for each agent, and for the watch; their results by slot.
    private func runAgents() async -> [CardResult] {
        await withTaskGroup(of: CardResult?.self) { tasks in
            tasks.addTask {
                await self.watchDeadlines()
                return nil
            }
            tasks.addTask {
                await self.fetch()
                return nil
            }
            for (index, target) in job.cards.enumerated() {
                tasks.addTask { await self.download(DownloadAgent(target: target, index: index)) }
            }
            var results: [CardResult] = []
            for await case let result? in tasks {
                results.append(result)
                if results.count == job.cards.count { tasks.cancelAll() }
            }
            return results.sorted { $0.slot < $1.slot }
        }
    }

    private func download(_ agent: DownloadAgent) async -> CardResult {
        await agent.run(in: self)
    }

    private func watchDeadlines() async {
        await watch.run(on: loop)
    }

    /// Waits until a card wants the image, so that a group that has it already costs no transfer.
    private func fetch() async {
        guard (try? await demand.wait { isImageNeeded }) != nil else { return }
        await transfer.run(source: source)
    }

    func needImage() {
        isImageNeeded = true
        demand.open()
    }

    func report(_ event: DownloadEvent) {
        observer?.note(event, at: loop.now)
    }

    // MARK: Results

    func result(
        _ target: CardTarget, _ outcome: Outcome, reason: String? = nil, sentBytes: UInt64 = 0,
        digestMatches: Bool = false
    ) -> CardResult {
        report(.cardEnded(slot: target.slot, outcome: outcome, reason: reason))
        return CardResult(
            slot: target.slot, outcome: outcome, reason: reason, sentBytes: sentBytes,
            elapsed: startedAt.duration(to: loop.now), digestMatches: digestMatches)
    }

    func result(_ target: CardTarget, failure: CardFailure, sentBytes: UInt64) -> CardResult {
        result(
            target, failure == .cancelled ? .aborted : .failed, reason: failure.description, sentBytes: sentBytes)
    }

    private func groupResult(_ cards: [CardResult]) -> GroupResult {
        GroupResult(
            name: job.group, cards: cards, elapsed: startedAt.duration(to: loop.now),
            sourceSessions: transfer.sessionCount, sourceBytes: transfer.receivedBytes, sourceFailure: transfer.failure,
            isSourceUnavailable: transfer.isSourceUnavailable,
            poolPeakBytes: pool.peakBytes)
    }
}
