import Activation
import CardDialogue
import Download
import ImageSources
import Reports
import Rollout
import Runtime
import SoftwareImage

/// The CE of an explored shelf: downloads, rolls out, and may be ended and started again meanwhile.
actor ExploredCE {
    nonisolated let loop: any Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let explored: ExploredCase
    private let manifest: Manifest
    private let targets: [CardTarget]
    private let source: any ImageSource
    private let budget: MemoryBudget
    private let network: VirtualNetwork
    private let watcher: CaseWatcher
    private let defect: PlantedEngineDefect?
    private let killed: Gate
    /// For how long it is away when it is killed.
    private var away: Duration?
    private(set) var restarts = 0
    private(set) var download: GroupResult?
    private(set) var rollout: RolloutResult?

    init(
        _ explored: ExploredCase, manifest: Manifest, targets: [CardTarget], source: any ImageSource,
        budget: MemoryBudget, network: VirtualNetwork, watcher: CaseWatcher, defect: PlantedEngineDefect?,
        loop: any Loop
    ) {
        self.explored = explored
        self.manifest = manifest
        self.targets = targets
        self.source = source
        self.budget = budget
        self.network = network
        self.watcher = watcher
        self.defect = defect
        self.loop = loop
        killed = Gate(loop: loop)
    }

    func run() async {
        while !Task.isCancelled {
            let isDone = await withTaskGroup(of: Bool.self) { tasks in
                tasks.addTask {
                    await self.work()
                    return true
                }
                tasks.addTask {
                    await self.waitForDeath()
                    return false
                }
                let first = await tasks.next()!
                tasks.cancelAll()
                return first
            }
            guard !isDone, let away else { return }
            restarts += 1
            self.away = nil
            guard (try? await loop.sleep(for: away)) != nil else { return }
        }
    }

    func suffer(_ kind: ExploredFault.Kind) {
        switch kind {
        case .restartCE(let milliseconds):
            away = .milliseconds(milliseconds)
            killed.open()
        case .setMemory(let blocks):
            // Refused where the groups that run could not go on with it.
            try? budget.set(bytes: blocks * ExplorationLimits.blockBytes)
        default: break
        }
    }

    private func waitForDeath() async {
        try? await killed.wait { away != nil }
    }

    private func work() async {
        var job = DownloadJob(
            group: "explored", manifest: manifest, cards: targets,
            pool: PoolLayout(
                blockBytes: ExplorationLimits.blockBytes, blockCount: explored.pool.blockCount,
                budgetBytes: explored.pool.bytes),
            engine: "explorer", stalls: explored.stalls.policy)
        job.defect = defect?.ofDownload
        let engine = DownloadEngine(
            job: job, source: source, network: network, loop: loop, memory: budget, observer: watcher)
        let result = await engine.run(.parallel)
        guard !Task.isCancelled else { return }
        download = result
        guard explored.goal != .stage else { return }
        let staged = result.cards.filter { $0.outcome == .success || $0.outcome == .skipped }.map(\.slot)
        guard !staged.isEmpty else { return }
        let plan = RolloutPlan(goal: explored.goal == .activate ? .activate : .commit)
        let rolled = await RolloutAgent(
            job: RolloutJob(
                group: "explored", manifest: manifest, plan: plan, staged: targets.filter { staged.contains($0.slot) },
                unstaged: targets.map(\.slot).filter { !staged.contains($0) }, engine: "explorer"),
            network: network, loop: loop, observer: watcher, defect: defect?.ofRollout
        ).run()
        guard !Task.isCancelled else { return }
        rollout = rolled
    }
}

extension ExploredCase.Stalls {
    var policy: StallPolicy {
        switch self {
        case .stallBudget: .stallBudget
        case .wait: .wait
        case .drop: .drop
        }
    }
}
