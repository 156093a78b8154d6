import FlashModel

extension FaultDefinition {
    /// The flash is slow.
    static let slowFlash = FaultDefinition(
        "slow_flash", .flash, "has a flash that takes longer for everything",
        [.required("factor", .factor, "by what its times are multiplied")]
    ) { values in .flash { $0.slowness *= values.number("factor") } }
}
