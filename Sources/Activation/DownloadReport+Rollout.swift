import CardProtocol
package import Reports

extension DownloadReport {
    /// Adds what a roll-out came to: a card that is not where the plan wants it has failed, or was given up where the roll-out was
    /// interrupted.
    package mutating func add(_ rollout: RolloutResult) {
        elapsedSeconds += rollout.elapsed.fractionalSeconds
        update { card in
            guard let result = rollout.cards.first(where: { $0.slot == card.slot }) else { return }
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

    /// Of a plan that ends with the download: every card that has the image is staged.
    package mutating func addStaged() {
        update { card in
            if card.outcome == .success || card.outcome == .skipped { card.state = .staged }
        }
    }
}

extension Duration {
    fileprivate var fractionalSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
