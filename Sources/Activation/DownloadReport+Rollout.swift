import CardProtocol
package import Reports

extension DownloadReport {
    /// Adds what a group's roll-out came to: a card that is not where the plan wants it has failed, or was given up where the roll-out was
    /// interrupted.
    package mutating func add(_ rollout: RolloutResult, ofGroup group: String) {
        add(rolloutSeconds: rollout.elapsed.fractionalSeconds, ofGroup: group)
        update { card in
            guard card.group == group, let result = rollout.cards.first(where: { $0.slot == card.slot }) else { return }
            card.state = result.state
            card.runningVersion = result.identity?.runningVersion
            card.softwareVersion = result.identity?.softwareVersion
            card.epoch = result.identity?.epoch
            card.rolledBackReason = result.state == .rolledBack ? result.reason : nil
            guard !result.hasReachedGoal else { return }
            card.outcome = rollout.isInterrupted ? .aborted : .failed
            card.reason = result.reason
        }
    }

    /// Of a group whose plan ends with the download: every card that has the image is staged.
    package mutating func addStaged(group: String) {
        update { card in
            if card.group == group, card.outcome.hasImage { card.state = .staged }
        }
    }
}

extension Duration {
    fileprivate var fractionalSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
