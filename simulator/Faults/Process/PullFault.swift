extension FaultDefinition {
    /// A card is taken out.
    static let pull = FaultDefinition(
        "pull", .process, "is taken out of its slot; put in again when `for` is over", isMomentary: true
    ) { _ in .process(.pull) }
}
