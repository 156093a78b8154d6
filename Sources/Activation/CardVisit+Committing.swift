import CardDialogue
import CardProtocol
import Rollout
import Runtime
import SoftwareImage

/// Requests after which a card stays up.
extension CardVisit {
    /// Keeps the image that is on trial, and verifies on a new connection that it is kept.
    ///
    /// A lost answer is no answer: the card is asked, and told again only when it has not committed.
    ///
    /// - Returns: `committed`, `rolledBack`, `failed` or `unknown`.
    func commit(_ manifest: Manifest) async -> RolloutEvent {
        var firstEpoch: UInt64?
        var reason = ""
        // One look more than requests: the last request's effect is looked at too.
        for attempt in 0...ActivationLimits.attempts {
            do {
                let (conversation, identity) = try await reach(within: ActivationLimits.restart)
                defer { leave(conversation) }
                let standing = ImageStanding(of: manifest, in: identity)
                guard standing.isActive else { return .rolledBack(reason: identity.reason(notToRun: manifest)) }
                if standing.isCommitted { return .committed }
                let epoch = firstEpoch ?? identity.epoch
                firstEpoch = epoch
                guard identity.epoch == epoch else {
                    return .failed(
                        .interference,
                        reason:
                            "the card is in epoch \(identity.epoch) where \(epoch) was due: somebody else has changed it"
                    )
                }
                guard attempt < ActivationLimits.attempts else { break }
                switch await ask(.commit(Commit(epoch: epoch)), stage: .commit, in: conversation) {
                case .reply(.committed): reason = "the card said that it had committed, and then that it had not"
                case .reply(let other):
                    return .failed(
                        .conversation, reason: conversation.unexpected(other, stage: .commit).description)
                case .refused(let refusal):
                    let refused = CardFailure.refused(stage: .commit, refusal).description
                    return .failed(.refused(refusal.code.description), reason: refused)
                case .lost(.cancelled): return .unknown(reason: CardFailure.cancelled.description)
                case .lost(let failure): reason = failure.description
                }
            } catch {
                return .unknown(reason: error.description)
            }
        }
        return .unknown(reason: "\(reason); asked \(ActivationLimits.attempts) times")
    }

    /// Makes the card forget an interrupted download, and end one that another connection has.
    ///
    /// - Returns: whether there was one.
    func abort(_ reason: String) async throws(CardFailure) -> Bool {
        var isSent = false
        for attempt in 1... {
            let (conversation, identity) = try await reach()
            defer { leave(conversation) }
            guard identity.interrupted != nil else { return isSent }
            let request = CardRequest.abort(Abort(epoch: identity.epoch, reason: reason))
            switch await ask(request, stage: .abort, in: conversation) {
            case .reply(.aborted): return true
            case .reply(let other): throw conversation.unexpected(other, stage: .abort)
            case .refused(let refusal): throw .refused(stage: .abort, refusal)
            case .lost(let failure):
                guard attempt < ActivationLimits.attempts, failure.isAbsence else { throw failure }
                isSent = true
            }
        }
        preconditionFailure("the attempts are counted")
    }
}
