extension FaultDefinition {
    /// Two CEs at once.
    static let secondCE = FaultDefinition(
        "second_ce", .process, "is joined by another CE with the same plan, which every card must refuse",
        isMomentary: true
    ) { _ in .process(.secondCE) }
}
