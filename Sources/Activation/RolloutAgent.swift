import CardDialogue
import CardProtocol
import Reports
import Rollout
package import Runtime

/// Brings a group's staged image to run, as its plan says: carries out the steps of a `RolloutState`, a task for each.
///
/// Its executor is the loop that it is handed; all of its tasks are children of `run`.
package actor RolloutAgent {
    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let job: RolloutJob
    private let targets: [Int: CardTarget]
    private let network: any Network
    private let defect: RolloutDefect?
    private let observer: (any ActivationObserver)?
    private let watch = ConversationWatch()
    private let trialSeconds: UInt32
    private var state: RolloutState
    private var identities: [Int: CardIdentity] = [:]
    /// How often each card was told to restart without having accepted it.
    private var attempts: [Int: Int] = [:]
    private var toldPhases: [Int: RolloutPhase] = [:]
    private var toldWave = -1
    private var hasToldStop = false

    package init(
        job: RolloutJob, network: any Network, loop: any Loop, observer: (any ActivationObserver)? = nil,
        defect: RolloutDefect? = nil
    ) {
        self.defect = defect
        self.job = job
        self.network = network
        self.loop = loop
        self.observer = observer
        targets = Dictionary(uniqueKeysWithValues: job.staged.map { ($0.slot, $0) })
        state = RolloutState(plan: job.plan, staged: job.staged.map(\.slot), unstaged: job.unstaged)
        trialSeconds = job.plan.trialSeconds(waveCount: state.waves.count, restart: ActivationLimits.restart)
    }

    /// What a child task came to.
    private enum Arrival: Sendable {
        case step(slot: Int, RolloutEvent)
        /// The card restarts, or may.
        case gone(slot: Int, Restarting)
        /// It has not come back in time, and is looked for on.
        case missing(slot: Int, Restarting, reason: String)
        case notAccepted(slot: Int, Restarting)
        case woken
        case watchEnded
    }

    /// Rolls the image out.
    ///
    /// Cancelled, it ends in order: cards that are restarting are left to themselves, and their state is `unknown`.
    ///
    /// - Returns: exactly one result for each staged card, by slot.
    package func run() async -> RolloutResult {
        let startedAt = loop.now
        let isInterrupted = await withTaskGroup(of: Arrival.self) { tasks in
            tasks.addTask {
                await self.watchDeadlines()
                return .watchEnded
            }
            var timer: Instant?
            while !Task.isCancelled {
                for step in state.nextSteps(at: loop.now) { tasks.addTask { await self.carryOut(step) } }
                report()
                if state.isFinished { break }
                if let wakeAt = state.wakeAt, wakeAt != timer {
                    timer = wakeAt
                    tasks.addTask { await self.sleep(until: wakeAt) }
                }
                guard let arrival = await tasks.next() else { break }
                if let next = follow(arrival) { tasks.addTask { await next(self) } }
            }
            tasks.cancelAll()
            return !state.isFinished
        }
        let cards = job.staged.map(\.slot).sorted().map { slot in
            CardRollout(slot: slot, in: state, identity: identities[slot], isInterrupted: isInterrupted)
        }
        for card in cards { note(.cardEnded(slot: card.slot, card.state, reason: card.reason)) }
        return RolloutResult(
            cards: cards, stopReason: state.stopReason, elapsed: startedAt.duration(to: loop.now),
            isInterrupted: isInterrupted)
    }

    // MARK: Steps

    private func watchDeadlines() async {
        await watch.run(on: loop)
    }

    private func sleep(until instant: Instant) async -> Arrival {
        try? await loop.sleep(until: instant)
        return .woken
    }

    private func visit(_ slot: Int) -> CardVisit {
        CardVisit(target: targets[slot]!, engine: job.engine, network: network, loop: loop, watch: watch) {
            [unowned self] identity in
            self.assumeIsolated { $0.identities[slot] = identity }
        }
    }

    private func carryOut(_ step: RolloutStep) async -> Arrival {
        let visit = visit(step.slot)
        let isRepeated = attempts[step.slot] != nil
        switch step {
        case .activate(let slot):
            return arrival(slot, await visit.activate(job.manifest, trialSeconds: trialSeconds, isRepeated: isRepeated))
        case .rollBack(let slot): return arrival(slot, await visit.rollBack(isRepeated: isRepeated))
        case .check(let slot): return .step(slot: slot, await visit.check(job.manifest))
        case .commit(let slot): return .step(slot: slot, await visit.commit(job.manifest))
        }
    }

    private func arrival(_ slot: Int, _ departure: CardVisit.Departure) -> Arrival {
        switch departure {
        case .done(let event): .step(slot: slot, event)
        case .gone(let restarting): .gone(slot: slot, restarting)
        }
    }

    private func find(_ slot: Int, _ restarting: Restarting, until end: Instant) async -> Arrival {
        switch await visit(slot).find(restarting, until: end) {
        case .done(let event): .step(slot: slot, event)
        case .notAccepted: .notAccepted(slot: slot, restarting)
        case .missing(let reason): .missing(slot: slot, restarting, reason: reason)
        }
    }

    /// Notes what a task came to.
    ///
    /// - Returns: the task that follows it, if one does.
    private func follow(_ arrival: Arrival) -> (@Sendable (RolloutAgent) async -> Arrival)? {
        switch arrival {
        case .step(let slot, let event):
            attempts[slot] = nil
            state.note(event, of: slot)
        case .gone(let slot, let restarting) where defect == .takesLossForRefusal && !restarting.isAccepted:
            state.note(.failed(.conversation, reason: "the reply was lost"), of: slot)
        case .gone(let slot, let restarting):
            return { await $0.find(slot, restarting, until: restarting.dueBy) }
        case .missing(let slot, let restarting, let reason):
            guard loop.now < restarting.resolvedBy else {
                state.note(.unknown(reason: reason), of: slot)
                return nil
            }
            state.note(.missing(reason: reason), of: slot)
            return { await $0.find(slot, restarting, until: restarting.resolvedBy) }
        case .notAccepted(let slot, let restarting):
            attempts[slot, default: 1] += 1
            guard attempts[slot]! <= ActivationLimits.attempts else {
                let reason = "the card did not accept it, asked \(ActivationLimits.attempts) times"
                state.note(.failed(.conversation, reason: reason), of: slot)
                return nil
            }
            let step: RolloutStep = restarting.request == .rollBack ? .rollBack(slot: slot) : .activate(slot: slot)
            return { await $0.carryOut(step) }
        case .woken, .watchEnded: break
        }
        return nil
    }

    // MARK: Events

    private func note(_ event: ActivationEvent) {
        observer?.note(event, at: loop.now)
    }

    /// Tells what has changed since it was told last.
    private func report() {
        if toldWave != state.waveIndex, state.waveIndex < state.waves.count, !state.isFinished {
            toldWave = state.waveIndex
            note(
                .waveStarted(
                    group: job.group, number: toldWave + 1, of: state.waves.count, slots: state.waves[toldWave]))
        }
        for slot in state.slots where targets[slot] != nil {
            let phase = state.phase(of: slot)
            guard phase != toldPhases[slot, default: .staged] else { continue }
            let isBack = phase == .onTrial && toldPhases[slot] == .checking
            toldPhases[slot] = phase
            // It was looked at once more, and still is.
            if isBack { continue }
            note(.cardChanged(slot: slot, phase))
        }
        if let reason = state.stopReason, !hasToldStop {
            hasToldStop = true
            note(.stopped(group: job.group, reason: reason))
        }
    }
}
