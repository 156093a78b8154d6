extension FaultDefinition {
    /// A card is busy.
    static let busy = FaultDefinition(
        software: "busy", "refuses a download, for another one is under way (IN_PROGRESS)"
    ) { card, _ in card.refusal = .busy }
}
