import CardDialogue
import CardProtocol
import Rollout
import Runtime
import SoftwareImage

/// Requests after which a card restarts.
extension CardVisit {
    /// What a request to restart came to.
    enum Departure {
        case done(RolloutEvent)
        /// The card restarts, or may: it must be looked for.
        case gone(Restarting)
    }

    /// Lets the card boot the image on trial.
    ///
    /// A card that runs the image already is not touched.
    ///
    /// - Parameter isRepeated: the request was sent before, and the card had not seen it when it was asked: should it be on its
    ///   way still, this one is refused, and the card must be asked once more.
    func activate(_ manifest: Manifest, trialSeconds: UInt32, isRepeated: Bool) async -> Departure {
        let trial = Duration.seconds(Int64(trialSeconds))
        return await depart(.activate(manifest), stage: .activate, trial: trial, isRepeated: isRepeated) { identity in
            let standing = ImageStanding(of: manifest, in: identity)
            if standing.isActive { return .done(standing.isCommitted ? .committed : .onTrial) }
            guard let instance = standing.instance else {
                let reason = "no instance holds version \(manifest.version); download it first"
                return .done(.failed(.staged, reason: reason))
            }
            return .request(
                .activate(
                    Activate(
                        instance: UInt8(instance), digest: manifest.digest, epoch: identity.epoch,
                        trialSeconds: trialSeconds)))
        }
    }

    /// Lets a card on trial return to its committed image.
    func rollBack(isRepeated: Bool) async -> Departure {
        await depart(.rollBack, stage: .rollBack, trial: .zero, isRepeated: isRepeated) { identity in
            guard identity.trial != nil else { return .done(.rolledBack(reason: identity.failure)) }
            return .request(.rollBack(RollBack(epoch: identity.epoch)))
        }
    }

    private enum Decision {
        case done(RolloutEvent)
        case request(CardRequest)
    }

    /// - Parameter decide: from the card's identity to what is to be said.
    private func depart(
        _ kind: Restarting.Request, stage: CardStage, trial: Duration, isRepeated: Bool,
        decide: (CardIdentity) -> Decision
    ) async -> Departure {
        do {
            let (conversation, identity) = try await reach()
            defer { leave(conversation) }
            let request: CardRequest
            switch decide(identity) {
            case .done(let event): return .done(event)
            case .request(let decided): request = decided
            }
            func gone(isAccepted: Bool, bootMilliseconds: UInt32 = 0) -> Departure {
                .gone(
                    Restarting(
                        kind, before: identity, isAccepted: isAccepted, boot: .milliseconds(Int64(bootMilliseconds)),
                        trial: trial, at: loop.now))
            }
            switch await ask(request, stage: stage, in: conversation) {
            case .reply(.activating(let restart)) where stage == .activate,
                .reply(.rollingBack(let restart)) where stage == .rollBack:
                return gone(isAccepted: true, bootMilliseconds: restart.bootMilliseconds)
            case .reply(let other):
                return .done(.failed(.conversation, reason: conversation.unexpected(other, stage: stage).description))
            case .refused(let refusal) where isRepeated && refusal.code == .inProgress: return gone(isAccepted: false)
            case .refused(let refusal):
                let reason = CardFailure.refused(stage: stage, refusal).description
                return .done(.failed(.refused(refusal.code.description), reason: reason))
            case .lost(.cancelled): return .done(.unknown(reason: CardFailure.cancelled.description))
            case .lost: return gone(isAccepted: false)
            }
        } catch {
            return .done(.unknown(reason: error.description))
        }
    }

    /// What came of waiting for a card.
    enum Arrival {
        case done(RolloutEvent)
        /// The request may be sent again.
        case notAccepted
        /// It is not back.
        case missing(reason: String)
    }

    /// Looks for a card that restarts, again and again, until it has an answer.
    ///
    /// - Parameter end: until then; `missing` is the answer after it.
    func find(_ restarting: Restarting, until end: Instant) async -> Arrival {
        var pause = ActivationLimits.firstPause
        var reason = "it did not come back"
        repeat {
            guard (try? await loop.sleep(for: pause)) != nil else {
                return .done(.unknown(reason: "the roll-out was ended before the card came back"))
            }
            pause = min(pause * 2, ActivationLimits.longestPause)
            do {
                switch restarting.verdict(on: try await identity(), at: loop.now) {
                case .wait: reason = "it has not restarted"
                case .notAccepted: return .notAccepted
                case .done(let event): return .done(event)
                }
            } catch {
                guard error.isAbsence else { return .done(.unknown(reason: error.description)) }
                reason = error.description
            }
        } while loop.now < end
        return .missing(reason: reason)
    }
}
