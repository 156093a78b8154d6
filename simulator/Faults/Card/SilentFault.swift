extension FaultDefinition {
    /// A card says nothing.
    static let silent = FaultDefinition(
        software: "silent", "says nothing any more, and its connections stand"
    ) { card, _ in card.isSilent = true }
}
