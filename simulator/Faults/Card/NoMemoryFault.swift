extension FaultDefinition {
    /// A card has no memory.
    static let noMemory = FaultDefinition(
        software: "no_memory", "has no memory for a download (NO_MEMORY)"
    ) { card, _ in card.refusal = .memory }
}
