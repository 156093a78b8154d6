package import Events
import Runtime

extension EventKind {
    /// What a stream of events has of a download's event; nil for what samples tell.
    package init?(_ event: DownloadEvent) {
        switch event {
        case .groupStarted(let opening): self = .groupStarted(opening)
        case .groupEnded(let group): self = .groupEnded(group: group)
        case .sourceOpened(let group): self = .sourceOpened(group: group)
        case .sourceVerified(let group): self = .sourceVerified(group: group)
        case .sourceInterrupted(let group, let reason): self = .sourceInterrupted(group: group, reason: reason)
        case .sourceFailed(let group, let reason): self = .sourceFailed(group: group, reason: reason)
        case .cardChanged(let slot, let phase): self = .cardPhase(slot: slot, phase: phase.rawValue)
        case .cardDetached(let slot, let cost, let allowed):
            self = .cardDetached(slot: slot, costSeconds: cost.seconds, allowedSeconds: allowed.seconds)
        case .cardDonor(let slot, let donor): self = .cardDonor(slot: slot, donor: donor)
        case .donorLeft(_, let slot, let reason, let isDistrusted):
            self = .donorLeft(slot: slot, state: isDistrusted ? "distrusted" : "gone", reason: reason)
        case .cardEnded(let slot, let outcome, let reason):
            self = .cardEnded(slot: slot, outcome: outcome, reason: reason)
        case .sourceDelivered, .cardProgrammed: return nil
        }
    }
}
