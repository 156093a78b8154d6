import FlashModel

extension FaultDefinition {
    /// The flash erases slowly.
    static let slowErase = FaultDefinition(
        "slow_erase", .flash, "has a flash that takes longer to erase",
        [.required("factor", .factor, "by what the times of erases are multiplied")]
    ) { values in .flash { $0.eraseSlowness *= values.number("factor") } }
}
