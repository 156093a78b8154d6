package import ImageSources
import Reports
package import Runtime

/// A stronger baseline than the prior art: still one card after the other and a transfer for each, but within a card
/// fetching, sending and programming overlap. It is the parallel engine with groups of one card.
package struct SerialPipelined: Sendable {
    private let job: DownloadJob
    private let source: any ImageSource
    private let network: any Network
    private let loop: any Loop
    private let observer: (any DownloadObserver)?

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
        var total = GroupResult(
            name: job.group, cards: [], elapsed: .zero, sourceSessions: 0, sourceBytes: 0, sourceFailure: nil,
            isSourceUnavailable: false, poolPeakBytes: 0)
        for target in job.cards {
            var single = job
            single.cards = [target]
            let agent = SoftwareManagementAgent(
                job: single, source: source, network: network, loop: loop, observer: observer)
            var result = await agent.run()
            for index in result.cards.indices { result.cards[index].elapsed += total.elapsed }
            total.cards += result.cards
            total.elapsed += result.elapsed
            total.sourceSessions += result.sourceSessions
            total.sourceBytes += result.sourceBytes
            total.sourceFailure = total.sourceFailure ?? result.sourceFailure
            total.isSourceUnavailable = total.isSourceUnavailable || result.isSourceUnavailable
            total.poolPeakBytes = max(total.poolPeakBytes, result.poolPeakBytes)
        }
        return total
    }
}
