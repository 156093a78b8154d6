import FlashModel

extension FaultDefinition {
    /// A block that wears out early.
    static let weakBlock = FaultDefinition(
        "weak_block", .flash, "has an erase block that can be erased so often, and then no more",
        [
            .required("cycles", .count, "how often"),
            .optional("block", .count, "which one, from the flash's first; without it the one that is written next"),
        ], isMomentary: true
    ) { values in .block(.eraseError, block: values.count("block"), afterCycles: values.count("cycles") ?? 0) }
}
