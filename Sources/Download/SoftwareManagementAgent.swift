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
    let donors: DonorBoard
    let source: any ImageSource
    let watch = ConversationWatch()
    /// Of the cards that get the image, by their place.
    var sessions: [CardSession?]
    /// What the cards that are dropped cost the others.
    private(set) var droppedCards: [Int: Duration] = [:]
    /// The block with which the transfer begins, once it is known.
    private(set) var firstBlock: Int?
    /// Opened when it is known, or nothing will come.
    let beginning: Gate
    private(set) lazy var transfer = TransferAgent(
        group: job.group, manifest: job.manifest, pool: pool, loop: loop
    ) { [unowned self] event in
        assumeIsolated { $0.report(event) }
    }
    let observer: (any DownloadObserver)?
    /// One for each card, by its place.
    let agents: [DownloadAgent]
    /// When the observer was told last how the group does.
    var sampledAt: Instant?
    private let demand: Gate
    /// From where on each card needs the image.
    private var neededOffsets: [UInt64] = []
    /// The cards that have said what they need, or have ended.
    private var answeredCards: Set<Int> = []
    private var gatheringEndsAt: Instant?
    private var startedAt = Instant.start

    /// - Parameters:
    ///   - share: the group's memory; given back when the run ends.
    ///   - roomChanged: the gate that the share opens.
    package init(
        job: DownloadJob, source: any ImageSource, share: MemoryShare, roomChanged: Gate, network: any Network,
        loop: any Loop, observer: (any DownloadObserver)? = nil
    ) {
        self.job = job
        self.source = source
        self.network = network
        self.loop = loop
        self.observer = observer
        demand = Gate(loop: loop)
        sessions = Array(repeating: nil, count: job.cards.count)
        beginning = Gate(loop: loop)
        donors = DonorBoard(imageBytes: job.manifest.imageBytes)
        agents = job.cards.enumerated().map { DownloadAgent(target: $1, index: $0) }
        for (index, target) in job.donors.enumerated() {
            donors.add(job.cards.count + index, target, instance: nil, session: nil)
        }
        pool = BufferPool(
            settings: job.pool, imageBytes: Int(job.manifest.imageBytes), cardCount: job.cards.count, share: share,
            emptied: roomChanged, loop: loop, defect: job.defect)
    }

    /// Downloads the image to every card of the group.
    ///
    /// Cancelled, it closes every connection; the cards that had no result are `aborted`.
    ///
    /// - Returns: exactly one result per card, in the order of the job.
    package func run() async -> GroupResult {
        startedAt = loop.now
        report(.groupStarted(job.opening))
        let filled = pool.filled
        let results = await withTaskCancellationHandler {
            await runAgents()
        } onCancel: {
            // Download agents wait for blocks without a handler of their own.
            loop.perform { filled.open() }
        }
        sample(at: loop.now)
        pool.close()
        report(.groupEnded(group: job.group))
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
                await self.watchStalls()
                return nil
            }
            tasks.addTask {
                await self.fetch()
                return nil
            }
            for index in job.cards.indices {
                tasks.addTask { await self.download(index) }
            }
            var results: [CardResult] = []
            for await case let result? in tasks {
                results.append(result)
                if results.count == job.cards.count { tasks.cancelAll() }
            }
            return results.sorted { $0.slot < $1.slot }
        }
    }

    private func download(_ index: Int) async -> CardResult {
        await agents[index].run(in: self)
    }

    private func watchDeadlines() async {
        await watch.run(on: loop)
    }

    // MARK: The image

    /// Waits until a card wants the image, so that a group that has it already costs no transfer; then fetches what the card needs
    /// that has the least of it.
    private func fetch() async {
        guard (try? await demand.wait { !neededOffsets.isEmpty }) != nil else { return }
        if neededOffsets[0] > 0 || job.sourceChoice.usesCards {
            // Every card may have a part of it, or all: the others have a moment to say so.
            let deadline = loop.now.advanced(by: DownloadLimits.gathering)
            while !isBeginningKnown && loop.now < deadline {
                guard (try? await loop.sleep(for: DownloadLimits.gatheringStep)) != nil else { return }
            }
        }
        let offset = neededOffsets.min()!
        let first = offset < job.manifest.imageBytes ? Int(offset) / job.pool.blockBytes : pool.blockCountOfImage
        pool.begin(at: first)
        firstBlock = first
        beginning.open()
        await transfer.run(source: imageSource, fromBlock: first)
        beginning.open()
    }

    private var isBeginningKnown: Bool {
        if answeredCards.count == job.cards.count { return true }
        return !job.sourceChoice.usesCards && neededOffsets.contains { $0 < UInt64(job.pool.blockBytes) }
    }

    /// The card is ready for the image, from `offset` on.
    func needImage(_ index: Int, from offset: UInt64) {
        cardIsAnswered(index)
        neededOffsets.append(offset)
        demand.open()
    }

    func cardIsAnswered(_ index: Int) {
        answeredCards.insert(index)
    }

    // MARK: Stragglers

    /// Looks again and again at how the pool is doing: makes it as deep as needed, and detaches the cards that keep the others
    /// waiting. The older the download, the longer it waits between two looks.
    private func watchStalls() async {
        var last = (time: loop.now, starved: Duration.zero)
        var listenedAt = loop.now
        while true {
            let elapsed = startedAt.duration(to: loop.now)
            let period = min(
                max(DownloadLimits.leastStallPeriod, elapsed * DownloadLimits.stallPeriodShare),
                ConversationLimits.watchPeriod)
            guard (try? await loop.sleep(for: period)) != nil else { return }
            let now = loop.now
            let starved = pool.starvedWhileFull
            pool.adjustDepth(last.time.duration(to: now), starved: starved - last.starved)
            last = (now, starved)
            sampleWhenDue()
            if listenedAt.duration(to: now) >= ConversationLimits.watchPeriod {
                listenedAt = now
                listen()
            }
            guard job.stalls != .wait && job.defect != .waitsForAll else { continue }
            for (card, charge) in pool.overdrawnCards() {
                if job.stalls == .drop { droppedCards[card] = charge }
                pool.detach(card)
                let slot = job.cards[card].slot
                report(.cardDetached(slot: slot, cost: pool.cost(of: card), allowed: pool.allowedCost))
            }
        }
    }

    /// A card that waits for a block must say what it has programmed, all the same.
    private func listen() {
        var hasFailed = false
        for session in sessions {
            guard let session else { continue }
            session.listen()
            if session.failure != nil { hasFailed = true }
        }
        if hasFailed { pool.filled.open() }
    }

    func report(_ event: DownloadEvent) {
        observer?.note(event, at: loop.now)
    }

    // MARK: Results

    func result(
        _ target: CardTarget, _ outcome: Outcome, reason: String? = nil, _ account: CardAccount = CardAccount(),
        digestMatches: Bool = false
    ) -> CardResult {
        report(.cardEnded(slot: target.slot, outcome: outcome, reason: reason))
        return CardResult(
            slot: target.slot, outcome: outcome, reason: reason, sentBytes: account.sentBytes,
            elapsed: startedAt.duration(to: loop.now), digestMatches: digestMatches, account: account)
    }

    func result(_ target: CardTarget, failure: CardFailure, _ account: CardAccount) -> CardResult {
        result(target, failure == .cancelled ? .aborted : .failed, reason: failure.description, account)
    }

    private func groupResult(_ cards: [CardResult]) -> GroupResult {
        var cards = cards
        for index in cards.indices {
            cards[index].account.heldOldest = pool.heldOldest(by: index)
            cards[index].account.poolHasServerBytes = transfer.receivedBytes > transfer.donorBytes
            cards[index].account.poolHasDonorBytes = transfer.donorBytes > 0
        }
        return GroupResult(
            name: job.group, cards: cards, elapsed: startedAt.duration(to: loop.now),
            sourceSessions: transfer.sessionCount + cards.reduce(0) { $0 + $1.account.ownSessions },
            sourceBytes: transfer.receivedBytes - transfer.donorBytes
                + cards.reduce(0) { $0 + $1.account.ownSessionBytes },
            sourceFailure: transfer.failure, isSourceUnavailable: transfer.isSourceUnavailable,
            poolPeakBytes: pool.peakBytes, depthRange: pool.depthRange, time: pool.timeAccount, donors: donors.report)
    }
}
