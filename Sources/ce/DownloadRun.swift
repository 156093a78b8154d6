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
import TLS

/// One run of a plan on the event loop: from the plan to the report.
struct DownloadRun: Sendable {
    let plan: DownloadPlan
    /// Of the plan's groups, by their place.
    let passwords: [String?]
    /// The CE's side of the links; nil: they are clear.
    let security: TLSContext?
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
        let printer = ProgressPrinter(style: progress, groups: plan.groups, loop: loop)
        let telemetry = LoopBound(Telemetry(), on: loop)
        let rollouts = LoopBound([RolloutResult?](repeating: nil, count: plan.groups.count), on: loop)
        var hasTimedOut = false
        let result = await withTaskGroup(of: Step.self) { tasks in
            tasks.addTask { .result(await self.bringImages(on: loop, printer: printer, rollouts: rollouts)) }
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
            var result: ShelfResult?
            for await step in tasks {
                switch step {
                case .result(let shelf):
                    result = shelf
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
            kernelSendBytesLimit: plan.targets(security).count * DownloadLimits.kernelSendBytesPerCard)
        var report = DownloadReport(result, jobs: plan.groups.map(job(of:)), mode: plan.mode, ce: resources)
        report.linkSecurity = plan.security.kind
        for (group, rollout) in zip(plan.groups, rollouts.value) {
            if let rollout {
                report.add(rollout, ofGroup: group.name)
            } else {
                report.addStaged(group: group.name)
            }
        }
        return Ending(report: report, exit: exit(for: result, report: report, hasTimedOut: hasTimedOut))
    }

    private enum Step {
        case result(ShelfResult)
        case timedOut
        case sampled
    }

    /// Downloads to all groups, and brings each as far as the plan says when its own download has ended.
    private func bringImages(
        on loop: EventLoop, printer: ProgressPrinter, rollouts: LoopBound<[RolloutResult?]>
    ) async -> ShelfResult {
        let logger = logLevel.map { EventLogger($0) }
        let parts = plan.groups.indices.map { index in
            ShelfDownload.Part(job: job(of: plan.groups[index]), source: source(ofGroup: index, on: loop))
        }
        let download = ShelfDownload(
            parts, memory: MemoryBudget(bytes: plan.pool.budgetBytes, loop: loop), network: TCPNetwork(loop: loop),
            loop: loop, observer: Observers(all: [printer] + (logger.map { [$0] } ?? [])))
        let observers = ActivationObservers(all: [RolloutPrinter(printer)] + (logger.map { [$0] } ?? []))
        return await download.run(plan.mode) { index, result in
            let rollout = await self.rollOut(self.plan.groups[index], after: result, on: loop, observer: observers)
            rollouts.value[index] = rollout
        }
    }

    private func source(ofGroup index: Int, on loop: EventLoop) -> any ImageSource {
        let image = plan.groups[index].image
        let location = FileServerURL(
            url: image.url.description, user: image.user, password: passwords[index],
            authorityFile: image.authorityFile)
        // The strictly serial baseline does not read ahead.
        let receiveBufferBytes =
            plan.mode == .serial ? CurlSource.smallReceiveBufferBytes : CurlSource.defaultReceiveBufferBytes
        var limits = CurlLimits()
        if let seconds = image.patienceSeconds { limits.setPatience(seconds: seconds) }
        var resumption = ResumptionLimits()
        if let attempts = image.attempts { resumption.attempts = attempts }
        return ResumingSource(
            location.source(
                path: image.url.decodedPath, receiveBufferBytes: receiveBufferBytes, limits: limits, loop: loop),
            url: location.url, imageBytes: image.manifest.imageBytes, limits: resumption, loop: loop)
    }

    /// Brings the cards that hold the image as far as the plan says.
    ///
    /// - Returns: nil when the plan ends with the download, or nothing came of that.
    private func rollOut(
        _ group: PlannedGroup, after download: GroupResult, on loop: EventLoop, observer: any ActivationObserver
    ) async -> RolloutResult? {
        let staged = download.cards.filter(\.outcome.hasImage).map(\.slot)
        guard group.rollout.goal != .stage, !staged.isEmpty, !Task.isCancelled else { return nil }
        let job = RolloutJob(
            group: group.name, manifest: group.image.manifest, plan: group.rollout,
            staged: group.targets(security).filter { staged.contains($0.slot) },
            unstaged: group.cards.map { Int($0.slot) }.filter { !staged.contains($0) }, engine: engine)
        return await RolloutAgent(job: job, network: TCPNetwork(loop: loop), loop: loop, observer: observer).run()
    }

    private var engine: String { "ce \(CE.version)" }

    private func job(of group: PlannedGroup) -> DownloadJob {
        DownloadJob(
            group: group.name, manifest: group.image.manifest, cards: group.targets(security),
            pool: PoolLayout(
                blockBytes: plan.pool.blockBytes, blockCount: plan.pool.blockCount, budgetBytes: plan.pool.budgetBytes,
                isDepthFixed: plan.pool.isCountFixed),
            engine: engine, stalls: group.stalls)
    }

    /// The worst of the groups' endings.
    private func exit(for result: ShelfResult, report: DownloadReport, hasTimedOut: Bool) -> ProgramExit {
        if report.passed { return .success }
        if hasTimedOut { return .timedOut }
        return result.groups.contains(where: \.isSourceUnavailable) ? .unavailable : .failed
    }
}
