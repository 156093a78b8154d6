import FlashModel

extension FaultDefinition {
    /// A page that cannot be programmed.
    static let weakPage = FaultDefinition(
        "weak_page", .flash, "has a program unit that cannot be programmed",
        [.optional("page", .count, "which one, from the flash's first; without it the next one")], isMomentary: true
    ) { values in .unit(.weakPage, unit: values.count("page"), afterCycles: 0) }
}
