package import ImageSources
package import Reports
package import Runtime

/// A group's download in any of the three ways, by the same cards and on either loop.
package struct DownloadEngine: Sendable {
    private let job: DownloadJob
    private let source: any ImageSource
    private let network: any Network
    private let loop: any Loop
    private let observer: (any DownloadObserver)?
    private let memory: MemoryBudget

    /// - Parameter memory: the CE's, which groups that run at the same time share; nil: what the job says, for itself.
    package init(
        job: DownloadJob, source: any ImageSource, network: any Network, loop: any Loop,
        memory: MemoryBudget? = nil, observer: (any DownloadObserver)? = nil
    ) {
        self.memory = memory ?? MemoryBudget(bytes: job.pool.budgetBytes, loop: loop)
        self.job = job
        self.source = source
        self.network = network
        self.loop = loop
        self.observer = observer
    }

    /// Downloads the image to every card. Cancelled, it ends in order; the cards without a result are `aborted`.
    ///
    /// - Returns: exactly one result per card, by slot.
    package func run(_ mode: DownloadMode) async -> GroupResult {
        switch mode {
        case .parallel: await parallel(job)
        case .serial:
            await SerialBaseline(job: job, source: source, network: network, loop: loop, observer: observer).run()
        case .serialPipelined: await serialPipelined()
        }
    }

    private func parallel(_ job: DownloadJob) async -> GroupResult {
        let askedAt = loop.now
        let roomChanged = Gate(loop: loop)
        let share: MemoryShare
        do {
            share = try await memory.join(
                leastBytes: DepthControl.least * job.pool.blockBytes,
                needBytes: job.pool.blockCount * job.pool.blockBytes, roomChanged: roomChanged)
        } catch {
            return GroupResult(aborted: job)
        }
        let waited = askedAt.duration(to: loop.now)
        var result = await SoftwareManagementAgent(
            job: job, source: source, share: share, roomChanged: roomChanged, network: network, loop: loop,
            observer: observer
        ).run()
        result.wait(for: waited)
        return result
    }

    /// A stronger baseline than the prior art: still one card after the other and a transfer for each, but within a card
    /// fetching, sending and programming overlap. It is the parallel way with groups of one card.
    private func serialPipelined() async -> GroupResult {
        var total = GroupResult(name: job.group)
        for target in job.cards {
            var single = job
            single.cards = [target]
            total.append(await parallel(single))
        }
        return total
    }
}
