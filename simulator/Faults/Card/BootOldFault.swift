extension FaultDefinition {
    /// The old image boots.
    static let bootOld = FaultDefinition(
        software: "boot_old", "says that the new image runs, and the program that answers is the old one"
    ) { card, _ in card.bootsOld = true }
}
