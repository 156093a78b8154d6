extension FaultDefinition {
    /// The CE dies and comes back.
    static let ceRestart = FaultDefinition(
        "ce_restart", .process, "dies at once and is started again with the same plan",
        [.optional("after", .duration, "how long it is away", .duration(.zero))], isMomentary: true
    ) { values in .process(.restartCE(after: values.duration("after"))) }
}
