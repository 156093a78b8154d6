extension FaultDefinition {
    /// The standby CE takes over.
    static let ceSwitchover = FaultDefinition(
        "ce_switchover", .process, "dies at once, and the standby CE takes over with the same plan",
        [.optional("after", .duration, "until it is noticed", .duration(.zero))], isMomentary: true
    ) { values in .process(.switchOver(after: values.duration("after"))) }
}
