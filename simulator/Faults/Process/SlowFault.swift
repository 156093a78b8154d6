extension FaultDefinition {
    /// A card is slow.
    static let slow = FaultDefinition(
        "slow", .software, "takes longer for everything that it does",
        [.required("factor", .factor, "by what its own time is multiplied")]
    ) { values in .software { $0.slowness *= values.number("factor") } }
}
