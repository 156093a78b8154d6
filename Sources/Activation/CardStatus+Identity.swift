import CardDialogue
package import CardProtocol
package import Reports
import SoftwareImage

extension CardStatus {
    /// - Parameter reason: why the card is not done, or what there is to say of it; from the card or about it.
    package init(slot: Int, isDone: Bool, reason: String?, card: CardIdentity?) {
        self.init(slot: slot, isDone: isDone, reason: reason.map(escaped), identity: card.map(Identity.init))
    }
}

extension CardStatus.Identity {
    /// Texts from a card have no control characters here, which could disturb a terminal.
    package init(_ card: CardIdentity) {
        self.init(
            hardwareType: escaped(card.hardwareType), serialNumber: escaped(card.serialNumber),
            softwareVersion: escaped(card.softwareVersion), epoch: card.epoch, antiRollback: card.antiRollback,
            instances: card.instances.map {
                CardStatus.Instance(
                    version: escaped($0.version), imageBytes: $0.imageBytes, sha256: $0.digest.description,
                    isValid: $0.isValid, isActive: $0.isActive, isCommitted: $0.isCommitted)
            },
            trial: card.trial.map { .init(secondsLeft: $0.secondsLeft, attemptsLeft: $0.attemptsLeft) },
            wear: CardStatus.Wear(
                maximumEraseCount: card.wear.maximumEraseCount, enduranceCycles: card.wear.enduranceCycles,
                badBlocks: card.wear.badBlocks, spareBlocksLeft: card.wear.spareBlocksLeft),
            failure: escaped(card.failure), interruptedBytes: card.interrupted?.programmedBytes)
    }
}
