import CardDialogue
import Download
import ImageSources
import Plans
import Reports
import Runtime
import Settings
import SoftwareImage

/// One run of a plan on the event loop: from the plan to the report.
struct DownloadRun: Sendable {
    let plan: DownloadPlan
    let password: String?
    let progress: ProgressPrinter.Style
    /// nil: no log.
    let logLevel: EventLogger.Detail?

    /// What came of it.
    struct Ending: Sendable {
        var report: DownloadReport
        var exit: ProgramExit
    }

    /// Runs the plan; SIGINT and SIGTERM end it in order.
    func run() throws(SystemError) -> Ending {
        let loop = EventLoop()
        let (ending, signal) = try loop.run(cancellingOn: [2, 15]) { await self.download(on: loop) }
        guard let signal else { return ending }
        return Ending(report: ending.report, exit: ProgramExit(signal: signal))
    }

    private func download(on loop: EventLoop) async -> Ending {
        let printer = ProgressPrinter(
            style: progress, imageBytes: job.manifest.imageBytes, cardCount: job.cards.count, loop: loop)
        let observers = Observers(all: [printer] + (logLevel.map { [EventLogger($0)] } ?? []))
        let telemetry = LoopBound(Telemetry(), on: loop)
        var hasTimedOut = false
        let result = await withTaskGroup(of: Step.self) { tasks in
            tasks.addTask { .result(await self.bringImage(on: loop, observer: observers)) }
            tasks.addTask {
                while !Task.isCancelled {
                    telemetry.value.sample()
                    try? await loop.sleep(for: Telemetry.samplePeriod)
                }
                return .sampled
            }
            if let timeout = plan.timeout {
                tasks.addTask { (try? await loop.sleep(for: timeout)) == nil ? .sampled : .timedOut }
            }
            var result: GroupResult?
            for await step in tasks {
                switch step {
                case .result(let final):
                    result = final
                    tasks.cancelAll()
                case .timedOut:
                    hasTimedOut = true
                    tasks.cancelAll()
                case .sampled: break
                }
            }
            return result!
        }
        printer.finish()
        let resources = telemetry.value.report(
            kernelSendBytesLimit: job.cards.count * DownloadLimits.kernelSendBytesPerCard)
        let report = DownloadReport(result, job: job, mode: plan.mode, ce: resources)
        return Ending(report: report, exit: exit(for: result, report: report, hasTimedOut: hasTimedOut))
    }

    private enum Step {
        case result(GroupResult)
        case timedOut
        case sampled
    }

    private func bringImage(on loop: EventLoop, observer: any DownloadObserver) async -> GroupResult {
        let network = TCPNetwork(loop: loop)
        let image = plan.group.image
        let location = FileServerURL(url: image.url.description, user: image.user, password: password)
        // The strictly serial baseline does not read ahead.
        let receiveBufferBytes =
            plan.mode == .serial ? CurlSource.smallReceiveBufferBytes : CurlSource.defaultReceiveBufferBytes
        let source = CurlSource(location, receiveBufferBytes: receiveBufferBytes, loop: loop)
        return await DownloadEngine(job: job, source: source, network: network, loop: loop, observer: observer)
            .run(plan.mode)
    }

    private var job: DownloadJob {
        DownloadJob(
            group: plan.group.name, manifest: plan.group.image.manifest,
            cards: plan.group.cards.map { CardTarget(slot: Int($0.slot), endpoint: $0.endpoint) },
            pool: PoolLayout(
                blockBytes: plan.pool.blockBytes, blockCount: plan.pool.blockCount, budgetBytes: plan.pool.budgetBytes),
            engine: "ce \(CE.version)")
    }

    private func exit(for result: GroupResult, report: DownloadReport, hasTimedOut: Bool) -> ProgramExit {
        if report.passed { return .success }
        if hasTimedOut { return .timedOut }
        return result.isSourceUnavailable ? .unavailable : .failed
    }
}
