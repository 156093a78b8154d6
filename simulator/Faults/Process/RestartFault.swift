extension FaultDefinition {
    /// A card dies and comes back.
    static let restart = FaultDefinition(
        "restart", .process, "dies at once and is started again",
        [.optional("after", .duration, "how long it is away", .duration(.zero))], isMomentary: true
    ) { values in .process(.restart(after: values.duration("after"))) }
}
