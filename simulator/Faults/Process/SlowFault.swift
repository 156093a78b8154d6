extension FaultDefinition {
    /// A card is slow.
    static let slow = FaultDefinition(
        software: "slow", "takes longer for everything that it does",
        [.required("factor", .factor, "by what its own time is multiplied")]
    ) { card, values in card.slowness *= values.number("factor") }
}
