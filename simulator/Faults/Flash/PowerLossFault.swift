import FlashModel

extension FaultDefinition {
    /// The card's power fails.
    static let powerLoss = FaultDefinition(
        "power_loss", .flash,
        "loses its power at the next operation of its flash; it boots when `for` is over, without it at once",
        [
            .optional(
                "left", .choice(TornMode.allCases.map(\.name)),
                "what the cut operation leaves: nothing, a part from its front, garbage, or all of it",
                .choice("garbage"))
        ], isMomentary: true
    ) { values in .powerLoss(TornMode(named: values.choice("left")) ?? .garbage) }
}
