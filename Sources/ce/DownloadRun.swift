import Activation
import CardDialogue
import Download
import ImageSources
import Plans
import Reports
import Rollout
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
        let logger = logLevel.map { EventLogger($0) }
        let observers = Observers(all: [printer] + (logger.map { [$0] } ?? []))
        let telemetry = LoopBound(Telemetry(), on: loop)
        var hasTimedOut = false
        let result = await withTaskGroup(of: Step.self) { tasks in
            tasks.addTask {
                let download = await self.bringImage(on: loop, observer: observers)
                printer.finish()
                return .result(download, await self.rollOut(download, on: loop, logger: logger))
            }
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
            var result: (download: GroupResult, rollout: RolloutResult?)?
            for await step in tasks {
                switch step {
                case .result(let download, let rollout):
                    result = (download, rollout)
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
        var report = DownloadReport(result.download, job: job, mode: plan.mode, ce: resources)
        if let rollout = result.rollout { report.add(rollout) } else { report.addStaged() }
        return Ending(report: report, exit: exit(for: result.download, report: report, hasTimedOut: hasTimedOut))
    }

    private enum Step {
        case result(GroupResult, RolloutResult?)
        case timedOut
        case sampled
    }

    private func bringImage(on loop: EventLoop, observer: any DownloadObserver) async -> GroupResult {
        let network = TCPNetwork(loop: loop)
        let image = plan.group.image
        let location = FileServerURL(
            url: image.url.description, user: image.user, password: password, authorityFile: image.authorityFile)
        // The strictly serial baseline does not read ahead.
        let receiveBufferBytes =
            plan.mode == .serial ? CurlSource.smallReceiveBufferBytes : CurlSource.defaultReceiveBufferBytes
        let source = ResumingSource(
            location.source(path: image.url.decodedPath, receiveBufferBytes: receiveBufferBytes, loop: loop),
            url: location.url, imageBytes: image.manifest.imageBytes, loop: loop)
        return await DownloadEngine(job: job, source: source, network: network, loop: loop, observer: observer)
            .run(plan.mode)
    }

    /// Brings the cards that hold the image as far as the plan says.
    ///
    /// - Returns: nil when the plan ends with the download, or nothing came of that.
    private func rollOut(_ download: GroupResult, on loop: EventLoop, logger: EventLogger?) async -> RolloutResult? {
        let rollout = plan.group.rollout
        let staged = download.cards.filter { $0.outcome == .success || $0.outcome == .skipped }.map(\.slot)
        guard rollout.goal != .stage, !staged.isEmpty, !Task.isCancelled else { return nil }
        let job = RolloutJob(
            group: plan.group.name, manifest: plan.group.image.manifest, plan: rollout,
            staged: plan.targets.filter { staged.contains($0.slot) },
            unstaged: plan.targets.map(\.slot).filter { !staged.contains($0) }, engine: engine)
        let observers = ActivationObservers(
            all: [RolloutPrinter(isQuiet: progress == .quiet)] + (logger.map { [$0] } ?? []))
        return await RolloutAgent(job: job, network: TCPNetwork(loop: loop), loop: loop, observer: observers).run()
    }

    private var engine: String { "ce \(CE.version)" }

    private var job: DownloadJob {
        DownloadJob(
            group: plan.group.name, manifest: plan.group.image.manifest,
            cards: plan.targets,
            pool: PoolLayout(
                blockBytes: plan.pool.blockBytes, blockCount: plan.pool.blockCount, budgetBytes: plan.pool.budgetBytes,
                isDepthFixed: plan.pool.isCountFixed),
            engine: engine, stalls: plan.group.stalls)
    }

    private func exit(for result: GroupResult, report: DownloadReport, hasTimedOut: Bool) -> ProgramExit {
        if report.passed { return .success }
        if hasTimedOut { return .timedOut }
        return result.isSourceUnavailable ? .unavailable : .failed
    }
}
