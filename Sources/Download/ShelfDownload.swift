package import ImageSources
package import Reports
package import Runtime

/// The download of all groups of a plan: at the same time over one memory, each with its own source, pool, agents and outcome.
///
/// The serial ways take group after group.
package struct ShelfDownload: Sendable {
    /// What one group gets, and from where.
    package struct Part: Sendable {
        package var job: DownloadJob
        package var source: any ImageSource

        package init(job: DownloadJob, source: any ImageSource) {
            self.job = job
            self.source = source
        }
    }

    private let parts: [Part]
    private let memory: MemoryBudget
    private let network: any Network
    private let loop: any Loop
    private let observer: (any DownloadObserver)?

    /// - Parameters:
    ///   - parts: at least one; no card is in two of them.
    ///   - memory: what all pools share.
    package init(
        _ parts: [Part], memory: MemoryBudget, network: any Network, loop: any Loop,
        observer: (any DownloadObserver)? = nil
    ) {
        self.parts = parts
        self.memory = memory
        self.network = network
        self.loop = loop
        self.observer = observer
    }

    /// Downloads to all groups. Cancelled, each ends in order; the cards without a result are `aborted`.
    ///
    /// - Parameter follow: what is done with a group, by its place, as soon as its own download has ended; the others go on
    ///   meanwhile.
    /// - Returns: the groups' results, in the order of the parts.
    package func run(
        _ mode: DownloadMode, follow: @escaping @Sendable (Int, GroupResult) async -> Void = { _, _ in }
    ) async -> ShelfResult {
        let startedAt = loop.now
        let results: [GroupResult]
        switch mode {
        case .parallel: results = await allAtOnce(startedAt, follow)
        case .serial, .serialPipelined: results = await oneByOne(mode, startedAt, follow)
        }
        // The strictly serial way has a chunk of its own and takes nothing from the budget.
        let peakBytes = results.map(\.poolPeakBytes).reduce(memory.peakBytes, max)
        return ShelfResult(groups: results, budgetBytes: memory.bytes, peakBytes: peakBytes)
    }

    private func allAtOnce(
        _ startedAt: Instant, _ follow: @escaping @Sendable (Int, GroupResult) async -> Void
    ) async -> [GroupResult] {
        await withTaskGroup(of: (Int, GroupResult).self) { tasks in
            for index in parts.indices {
                tasks.addTask {
                    let result = await self.run(.parallel, index, startedAt)
                    await follow(index, result)
                    return (index, result)
                }
            }
            var results: [(index: Int, result: GroupResult)] = []
            for await (index, result) in tasks { results.append((index, result)) }
            return results.sorted { $0.index < $1.index }.map(\.result)
        }
    }

    private func oneByOne(
        _ mode: DownloadMode, _ startedAt: Instant, _ follow: @escaping @Sendable (Int, GroupResult) async -> Void
    ) async -> [GroupResult] {
        var results: [GroupResult] = []
        for index in parts.indices {
            let result = await run(mode, index, startedAt)
            await follow(index, result)
            results.append(result)
        }
        return results
    }

    private func run(_ mode: DownloadMode, _ index: Int, _ startedAt: Instant) async -> GroupResult {
        let part = parts[index]
        let delay = startedAt.duration(to: loop.now)
        var result = await DownloadEngine(
            job: part.job, source: part.source, network: network, loop: loop, memory: memory, observer: observer
        ).run(mode)
        // All begin together: that one is started a moment after the other is part of its time.
        if mode == .parallel { result.wait(for: delay) } else { result.startedAfter = delay }
        return result
    }
}
