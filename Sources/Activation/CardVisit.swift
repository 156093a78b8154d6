import CardDialogue
import CardLink
import CardProtocol
import Rollout
import Runtime
import SoftwareImage

/// Short conversations with one card, to look at it and to change what it runs: a connection for each, since a card that
/// restarts ends them all.
///
/// Used in the isolation of the agent whose watch it has. Stateless: the card's identity says what is so, before and after each request.
struct CardVisit {
    let target: CardTarget
    /// Who asks, as the card sees it in hello.
    let engine: String
    let network: any Network
    let loop: any Loop
    let watch: ConversationWatch
    /// Told of every identity that the card gives.
    let note: @Sendable (CardIdentity) -> Void

    /// Asks the card who it is.
    func identity() async throws(CardFailure) -> CardIdentity {
        let (conversation, identity) = try await open()
        leave(conversation)
        return identity
    }

    /// Connects and says hello; whoever calls it leaves the conversation.
    func open() async throws(CardFailure) -> (CardConversation, CardIdentity) {
        let conversation = try await CardConversation.open(
            target, network: network, loop: loop, sendBufferBytes: ActivationLimits.sendBufferBytes)
        watch.add(conversation)
        do {
            let identity = try await conversation.hello(engine)
            note(identity)
            return (conversation, identity)
        } catch {
            leave(conversation)
            throw error
        }
    }

    func leave(_ conversation: CardConversation) {
        watch.remove(conversation)
        conversation.close()
    }

    /// As `open`, with a few attempts; and with as many as fit for a card that may be restarting.
    func reach(within patience: Duration = .zero) async throws(CardFailure) -> (CardConversation, CardIdentity) {
        let end = loop.now.advanced(by: patience)
        var pause = ActivationLimits.firstPause
        var attempts = 1
        while true {
            do throws(CardFailure) {
                return try await open()
            } catch {
                let isLast = attempts >= ActivationLimits.reachAttempts && loop.now >= end
                guard !isLast, error.isAbsence else { throw error }
            }
            attempts += 1
            guard (try? await loop.sleep(for: pause)) != nil else { throw .cancelled }
            pause = min(pause * 2, ActivationLimits.longestPause)
        }
    }

    /// What a request came to.
    enum Answer {
        case reply(CardReply)
        case refused(Refusal)
        /// The connection was lost, or the card was silent: the card must be asked what it did.
        case lost(CardFailure)
    }

    func ask(_ request: CardRequest, stage: CardStage, in conversation: CardConversation) async -> Answer {
        do {
            return .reply(try await conversation.ask(request, stage: stage, limit: ActivationLimits.answer))
        } catch .refused(_, let refusal) {
            return .refused(refusal)
        } catch {
            return .lost(error)
        }
    }

    /// Looks whether the image still runs: a card on trial may have returned since.
    ///
    /// - Returns: `onTrial`, `committed`, `rolledBack`, or `unknown` when the card is not to be reached.
    func check(_ manifest: Manifest) async -> RolloutEvent {
        do {
            let (conversation, identity) = try await reach(within: ActivationLimits.restart)
            leave(conversation)
            let standing = ImageStanding(of: manifest, in: identity)
            guard standing.isActive else { return .rolledBack(reason: identity.reason(notToRun: manifest)) }
            return standing.isCommitted ? .committed : .onTrial
        } catch {
            return .unknown(reason: error.description)
        }
    }
}

extension CardIdentity {
    /// Why the image that was to run does not, as far as the card says.
    func reason(notToRun manifest: Manifest) -> String {
        failure.isEmpty ? "the card runs version \(runningVersion), not \(manifest.version)" : failure
    }
}
