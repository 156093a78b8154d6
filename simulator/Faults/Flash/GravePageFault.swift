import FlashModel

extension FaultDefinition {
    /// A page that cannot be read.
    static let gravePage = FaultDefinition(
        "grave_page", .flash, "has a program unit that cannot be read",
        [.optional("page", .count, "which one, from the flash's first; without it the next one")], isMomentary: true
    ) { values in .unit(.gravePage, unit: values.count("page"), afterCycles: 0) }
}
