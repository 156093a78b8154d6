import FlashModel

extension FaultDefinition {
    /// A block that cannot be erased, and says so.
    static let eraseError = FaultDefinition(
        "erase_error", .flash, "has an erase block that cannot be erased, and says so",
        [.optional("block", .count, "which one, from the flash's first; without it the one that is written next")],
        isMomentary: true
    ) { values in .block(.eraseError, block: values.count("block"), afterCycles: 0) }
}
