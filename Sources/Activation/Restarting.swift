package import CardProtocol
package import Rollout
package import Runtime
package import SoftwareImage

/// A card that was told to restart, or may have been: what it was before, and what its identity says about it afterwards.
///
/// Pure. The epoch decides: the reply to the request may be lost, and the request itself is never repeated blindly.
package struct Restarting: Sendable {
    package enum Request: Equatable, Sendable {
        case activate(Manifest)
        case rollBack
    }

    /// What an identity means.
    package enum Verdict: Equatable, Sendable {
        /// The card has not restarted yet.
        case wait
        /// The request never arrived, or was not accepted: it may be sent again in the same epoch.
        case notAccepted
        case done(RolloutEvent)
    }

    package let request: Request
    /// The identity that the request's epoch was taken from.
    package let before: CardIdentity
    /// The card has said that it restarts.
    package let isAccepted: Bool
    /// Until then a card may be away and no harm is thought of.
    package let dueBy: Instant
    /// Until then a missing card is waited for.
    package let resolvedBy: Instant

    package init(
        _ request: Request, before: CardIdentity, isAccepted: Bool, boot: Duration, trial: Duration, at now: Instant
    ) {
        self.request = request
        self.before = before
        self.isAccepted = isAccepted
        dueBy = now.advanced(by: ActivationLimits.restart(expecting: boot))
        resolvedBy = dueBy.advanced(by: trial + ActivationLimits.resolve)
    }

    package func verdict(on identity: CardIdentity, at now: Instant) -> Verdict {
        guard identity.serialNumber == before.serialNumber else {
            return interference(
                "another card is in the slot: serial number \(identity.serialNumber) where \(before.serialNumber) was")
        }
        switch identity.epoch {
        case before.epoch where !isAccepted: return .notAccepted
        case before.epoch &+ 1: return afterwards(identity, at: now)
        default:
            return interference(
                "the card is in epoch \(identity.epoch) where \(before.epoch &+ 1) was due: somebody else has changed it"
            )
        }
    }

    private func interference(_ reason: String) -> Verdict {
        .done(.failed(.interference, reason: reason))
    }

    private func afterwards(_ identity: CardIdentity, at now: Instant) -> Verdict {
        switch request {
        case .activate(let manifest):
            let standing = ImageStanding(of: manifest, in: identity)
            guard standing.isActive else {
                if !identity.failure.isEmpty { return .done(.rolledBack(reason: identity.failure)) }
                guard now >= dueBy else { return .wait }
                return .done(
                    .failed(.boot, reason: "the card still runs \(identity.runningVersion), and does not say why"))
            }
            guard identity.softwareVersion == manifest.version || identity.softwareVersion != before.softwareVersion
            else {
                return .done(
                    .failed(
                        .software,
                        reason:
                            "version \(manifest.version) should run, and \(identity.softwareVersion) answers, as before"
                    ))
            }
            return .done(standing.isCommitted ? .committed : .onTrial)
        case .rollBack:
            if identity.trial == nil { return .done(.rolledBack(reason: identity.failure)) }
            guard now >= dueBy else { return .wait }
            return .done(.failed(.boot, reason: "the card has not left its trial of \(identity.runningVersion)"))
        }
    }
}

/// What an image is to a card.
package struct ImageStanding: Equatable, Sendable {
    /// The instance that holds it, verified; nil when none does. Of two the one that runs.
    package let instance: Int?
    package let isActive: Bool
    package let isCommitted: Bool

    package init(of manifest: Manifest, in identity: CardIdentity) {
        let holders = identity.instances.indices.filter {
            let state = identity.instances[$0]
            return state.isValid && state.digest == manifest.digest && state.imageBytes == manifest.imageBytes
        }
        instance = holders.first { identity.instances[$0].isActive } ?? holders.first
        isActive = instance.map { identity.instances[$0].isActive } ?? false
        isCommitted = instance.map { identity.instances[$0].isCommitted } ?? false
    }
}

extension CardIdentity {
    /// The version of the instance that runs.
    package var runningVersion: String {
        instances.first(where: \.isActive)?.version ?? "nothing"
    }
}
