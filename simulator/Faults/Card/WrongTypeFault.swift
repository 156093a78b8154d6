extension FaultDefinition {
    /// A card of another type.
    static let wrongType = FaultDefinition(
        software: "wrong_type", "is a card of another type than the shelf's plan has there"
    ) { card, _ in card.claimedType = "UNEXPECTED" }
}
