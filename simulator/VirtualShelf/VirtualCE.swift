import Activation
import CardDialogue
import Download
import ImageSources
import LineCard
import Reports
import Rollout
import Runtime
import Scenarios
import ShelfModel

/// The CE of a shelf in virtual time: carries out one act, as the program `ce` does.
struct VirtualCE: Sendable {
    let shelf: ShelfDescription
    let targets: [UInt16: CardTarget]
    let mode: DownloadMode
    let network: any Network
    let loop: any Loop
    let observer: any DownloadObserver
    let activations: any ActivationObserver
    /// As the cards see it.
    let engine: String
    let memory: MemoryBudget

    /// What came of an act.
    struct Ending: Sendable {
        var report: DownloadReport?
        var statuses: [CardStatus] = []

        var hasSucceeded: Bool { report?.passed ?? statuses.allSatisfy(\.isDone) }
    }

    /// - Parameter source: where a group's image comes from.
    func run(_ act: PlannedAct, source: @Sendable (ShelfGroup) -> any ImageSource) async -> Ending {
        switch act.step.act {
        case .download: return Ending(report: await download(act.groups, act.groups.map(source)))
        case .activate: return Ending(statuses: await activate(act.groups))
        case .commit: return Ending(statuses: await command(act.groups) { .commit($0.manifest) })
        case .rollback: return Ending(statuses: await command(act.groups) { .rollBack($0.group.rollout.protection) })
        case .abort:
            return Ending(statuses: await command(act.groups) { _ in .abort(reason: "aborted by the operator") })
        case .wait:
            try? await loop.sleep(for: act.step.duration)
            return Ending()
        }
    }

    private func cards(of group: ShelfGroup) -> [CardTarget] { group.cards.compactMap { targets[$0.slot] } }

    private func download(_ groups: [ShelfGroup], _ sources: [any ImageSource]) async -> DownloadReport {
        var jobs = shelf.jobs(of: groups, engine: engine)
        for index in jobs.indices { jobs[index].cards = cards(of: groups[index]) }
        let rollouts = LoopBound([RolloutResult?](repeating: nil, count: groups.count), on: loop)
        let parts = zip(jobs, sources).map { ShelfDownload.Part(job: $0, source: $1) }
        let result = await ShelfDownload(parts, memory: memory, network: network, loop: loop, observer: observer)
            .run(mode) { index, result in
                let rollout = await self.rollOut(groups[index], after: result)
                rollouts.value[index] = rollout
            }
        var report = DownloadReport(result, jobs: jobs, mode: mode, ce: ResourceReport())
        for (group, rollout) in zip(groups, rollouts.value) {
            if let rollout { report.add(rollout, ofGroup: group.name) } else { report.addStaged(group: group.name) }
        }
        return report
    }

    private func rollOut(_ group: ShelfGroup, after download: GroupResult) async -> RolloutResult? {
        let staged = download.cards.filter(\.outcome.hasImage).map(\.slot)
        guard group.group.rollout.goal != .stage, !staged.isEmpty, !Task.isCancelled else { return nil }
        let all = cards(of: group)
        return await rollOut(
            group, group.group.rollout, staged: all.filter { staged.contains($0.slot) },
            unstaged: all.map(\.slot).filter { !staged.contains($0) })
    }

    private func rollOut(
        _ group: ShelfGroup, _ plan: RolloutPlan, staged: [CardTarget], unstaged: [Int]
    ) async -> RolloutResult {
        let job = RolloutJob(
            group: group.name, manifest: group.manifest, plan: plan, staged: staged, unstaged: unstaged, engine: engine)
        return await RolloutAgent(job: job, network: network, loop: loop, observer: activations).run()
    }

    private func activate(_ groups: [ShelfGroup]) async -> [CardStatus] {
        var statuses: [CardStatus] = []
        for group in groups {
            var plan = group.group.rollout
            plan.goal = .activate
            let result = await rollOut(group, plan, staged: cards(of: group), unstaged: [])
            statuses += result.cards.map {
                CardStatus(slot: $0.slot, isDone: $0.hasReachedGoal, reason: $0.reason, card: $0.identity)
            }
        }
        return statuses
    }

    private func command(
        _ groups: [ShelfGroup], _ command: (ShelfGroup) -> ShelfAgent.Command
    ) async -> [CardStatus] {
        var statuses: [CardStatus] = []
        for group in groups {
            let agent = ShelfAgent(cards: cards(of: group), engine: engine, network: network, loop: loop)
            statuses += await agent.run(command(group))
        }
        return statuses
    }
}
