import FlashModel

extension FaultDefinition {
    /// A block that is not erased, and says nothing.
    static let eraseNoop = FaultDefinition(
        "erase_noop", .flash, "has an erase block that is not erased, and says nothing",
        [.optional("block", .count, "which one, from the flash's first; without it the one that is written next")],
        isMomentary: true
    ) { values in .block(.eraseNoop, block: values.count("block"), afterCycles: 0) }
}
