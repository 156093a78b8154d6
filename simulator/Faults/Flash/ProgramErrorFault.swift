import FlashModel

extension FaultDefinition {
    /// A block that cannot be programmed, and says so.
    static let programError = FaultDefinition(
        "program_error", .flash, "has an erase block that cannot be programmed, and says so",
        [.optional("block", .count, "which one, from the flash's first; without it the one that is written next")],
        isMomentary: true
    ) { values in .block(.programError, block: values.count("block"), afterCycles: 0) }
}
