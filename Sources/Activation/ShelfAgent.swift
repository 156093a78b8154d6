package import CardDialogue
import CardProtocol
package import Reports
package import Rollout
package import Runtime
package import SoftwareImage

/// Does one thing with every card of a shelf, all at once, and says what came of it.
///
/// Its executor is the loop that it is handed; all of its tasks are children of `run`.
package actor ShelfAgent {
    /// What is done with each card.
    package enum Command: Sendable {
        /// Ask what it runs.
        case look
        /// Keep the image that is on trial, if it is this one.
        case commit(Manifest)
        /// Return to the committed image; of two cards that protect one another first the one, then the other.
        case rollBack([ProtectionPair])
        /// Forget a download that was begun, and end one that another connection has.
        case abort(reason: String)
    }

    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let cards: [CardTarget]
    private let engine: String
    private let network: any Network
    private let watch = ConversationWatch()
    private var identities: [Int: CardIdentity] = [:]

    package init(cards: [CardTarget], engine: String, network: any Network, loop: any Loop) {
        self.cards = cards
        self.engine = engine
        self.network = network
        self.loop = loop
    }

    /// - Returns: exactly one status per card, by slot. Cancelled, the cards that were not done say so.
    package func run(_ command: Command) async -> [CardStatus] {
        guard case .rollBack(let pairs) = command else { return await run(command, on: cards, after: []) }
        let seconds = Set(pairs.map { max($0.first, $0.second) })
        let first = await run(command, on: cards.filter { !seconds.contains($0.slot) }, after: [])
        var isDown: Set<Int> = []
        for status in first where !status.isDone {
            if let partner = pairs.compactMap({ $0.partner(of: status.slot) }).first { isDown.insert(partner) }
        }
        let second = await run(command, on: cards.filter { seconds.contains($0.slot) }, after: isDown)
        return (first + second).sorted { $0.slot < $1.slot }
    }

    /// - Parameter heldBack: slots whose partner is not back.
    private func run(_ command: Command, on cards: [CardTarget], after heldBack: Set<Int>) async -> [CardStatus] {
        guard !cards.isEmpty else { return [] }
        return await withTaskGroup(of: CardStatus?.self) { tasks in
            tasks.addTask {
                await self.watchDeadlines()
                return nil
            }
            for card in cards {
                tasks.addTask { await self.carryOut(command, card, isHeldBack: heldBack.contains(card.slot)) }
            }
            var statuses: [CardStatus] = []
            for await case let status? in tasks {
                statuses.append(status)
                if statuses.count == cards.count { tasks.cancelAll() }
            }
            return statuses.sorted { $0.slot < $1.slot }
        }
    }

    private func watchDeadlines() async {
        await watch.run(on: loop)
    }

    private func carryOut(_ command: Command, _ card: CardTarget, isHeldBack: Bool) async -> CardStatus {
        let slot = card.slot
        let visit = CardVisit(target: card, engine: engine, network: network, loop: loop, watch: watch) {
            [unowned self] identity in
            self.assumeIsolated { $0.identities[slot] = identity }
        }
        let (isDone, reason) =
            isHeldBack
            ? (false, "not rolled back: the card that protects it is not back")
            : await outcome(of: command, visit)
        return CardStatus(slot: slot, isDone: isDone, reason: reason, card: identities[slot])
    }

    private func outcome(of command: Command, _ visit: CardVisit) async -> (isDone: Bool, reason: String?) {
        do throws(CardFailure) {
            switch command {
            case .look:
                _ = try await visit.identity()
                return (true, nil)
            case .commit(let manifest):
                let event = await visit.commit(manifest)
                return (event == .committed, event.reason)
            case .rollBack:
                if try await visit.identity().trial == nil { return (true, "nothing was on trial") }
                let event = await visit.rollBackAndReturn()
                if case .rolledBack = event { return (true, nil) }
                return (false, event.reason)
            case .abort(let reason):
                let hadDownload = try await visit.abort(reason)
                // What the card says after it is what is shown.
                _ = try await visit.identity()
                return (true, hadDownload ? "the download is given up" : "no download was begun")
            }
        } catch {
            return (false, error.description)
        }
    }
}

extension CardVisit {
    /// Rolls the card back and waits for it, asking again when the request was lost.
    fileprivate func rollBackAndReturn() async -> RolloutEvent {
        for attempt in 1...ActivationLimits.attempts {
            switch await rollBack(isRepeated: attempt > 1) {
            case .done(let event): return event
            case .gone(let restarting):
                switch await find(restarting, until: restarting.resolvedBy) {
                case .done(let event): return event
                case .missing(let reason): return .unknown(reason: reason)
                case .notAccepted: break
                }
            }
        }
        return .failed(
            .conversation, reason: "the card did not accept it, asked \(ActivationLimits.attempts) times")
    }
}

extension RolloutEvent {
    /// Why the card does not run the image; nil when it does.
    package var reason: String? {
        switch self {
        case .onTrial, .committed: nil
        case .missing(let reason), .rolledBack(let reason), .failed(_, let reason), .unknown(let reason): reason
        }
    }
}
