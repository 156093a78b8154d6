import Activation
import CardDialogue
import CardProtocol
import Reports
import Rollout
import Runtime
import SoftwareImage
import Testing

/// A shelf of fake cards and a roll-out, in virtual time.
struct ActivationBench: Sendable {
    /// No roll-out here takes longer: one that does hangs.
    static let horizon: Duration = .seconds(24 * 3600)
    static let image = Manifest(
        cardType: "OLT-8", version: "2.0.0", imageBytes: 6, digest: SHA256().digest(), securityNumber: 3)

    var cards: [CardScript]
    var plan = RolloutPlan(goal: .commit)
    var unstaged: [Int] = []
    var seed: UInt64 = 1
    /// When the roll-out is cancelled; nil: never.
    var cancelledAt: Duration?

    init(_ cards: [CardScript], _ plan: RolloutPlan = RolloutPlan(goal: .commit)) {
        self.cards = cards
        self.plan = plan
    }

    struct Ending: Sendable {
        var result: RolloutResult
        /// By slot - 1: what the cards say of themselves, and what they accepted.
        var identities: [CardIdentity]
        var accepted: [[CardFrame]]
        var trialSeconds: [UInt32?]
        var events: [ActivationEvent]
        /// The slots that were down together, at every change.
        var downSets: [Set<Int>]
        var trace = TraceHash()

        var states: [CardState] { result.cards.map(\.state) }
        func card(_ slot: Int) -> CardRollout { result.cards.first { $0.slot == slot }! }
        /// Which request was accepted how often by a card.
        func count(_ frame: CardFrame, slot: Int) -> Int { accepted[slot - 1].count { $0 == frame } }
    }

    private struct Log: ActivationObserver {
        let events: LoopBound<[ActivationEvent]>
        func note(_ event: ActivationEvent, at instant: Instant) { events.value.append(event) }
    }

    /// Runs the roll-out; checks what holds for every one.
    func run() throws -> Ending {
        let loop = VirtualTimeLoop(seed: seed)
        var ending = try loop.runTest { loop in
            try await loop.withDeadline(Self.horizon, "end of the roll-out") { try await self.run(on: loop) }
        }
        ending.trace = loop.trace
        for (index, accepted) in ending.accepted.enumerated() {
            #expect(accepted.count { $0 == .activate } <= 1, "slot \(index + 1) was activated twice")
        }
        for pair in plan.protection {
            #expect(!ending.downSets.contains { $0.contains(pair.first) && $0.contains(pair.second) }, "\(pair)")
        }
        return ending
    }

    private func run(on loop: VirtualTimeLoop) async throws -> Ending {
        let network = VirtualNetwork(loop: loop)
        let down = LoopBound<Set<Int>>([], on: loop)
        let downSets = LoopBound<[Set<Int>]>([], on: loop)
        let log = Log(events: LoopBound([], on: loop))
        var fakes: [FakeCard] = []
        var targets: [CardTarget] = []
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (index, script) in cards.enumerated() {
                let slot = index + 1
                let card = FakeCard(slot: slot, script: script, image: Self.image, loop: loop) { isDown in
                    if isDown { down.value.insert(slot) } else { down.value.remove(slot) }
                    downSets.value.append(down.value)
                }
                let listener = try network.listen(on: .loopback(), options: SocketOptions())
                fakes.append(card)
                if !unstaged.contains(slot) { targets.append(CardTarget(slot: slot, endpoint: listener.endpoint)) }
                tasks.addTask { await card.live(on: network, listener) }
            }
            let job = RolloutJob(
                group: "g", manifest: Self.image, plan: plan, staged: targets, unstaged: unstaged, engine: "test")
            let result = await roll(RolloutAgent(job: job, network: network, loop: loop, observer: log), on: loop)
            tasks.cancelAll()
            return Ending(
                result: result, identities: fakes.map(\.identity), accepted: fakes.map(\.accepted),
                trialSeconds: fakes.map(\.trialSeconds), events: log.events.value, downSets: downSets.value)
        }
    }

    private func roll(_ agent: RolloutAgent, on loop: VirtualTimeLoop) async -> RolloutResult {
        await withTaskGroup(of: RolloutResult?.self) { tasks in
            tasks.addTask { await agent.run() }
            if let cancelledAt {
                tasks.addTask {
                    try? await loop.sleep(until: Instant(sinceStart: cancelledAt))
                    return nil
                }
            }
            var result: RolloutResult?
            for await next in tasks {
                result = next ?? result
                tasks.cancelAll()
            }
            return result!
        }
    }
}

extension VirtualTimeLoop {
    /// Runs a body that may throw.
    func runTest<Success: Sendable>(
        _ body: @escaping @Sendable (VirtualTimeLoop) async throws -> Success
    ) throws -> Success {
        try run { () async -> Result<Success, any Error> in
            do { return .success(try await body(self)) } catch { return .failure(error) }
        }.get()
    }
}
