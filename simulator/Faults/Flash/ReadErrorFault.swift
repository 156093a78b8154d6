import FlashModel

extension FaultDefinition {
    /// A block that cannot be read.
    static let readError = FaultDefinition(
        "read_error", .flash, "has an erase block that cannot be read",
        [.optional("block", .count, "which one, from the flash's first; without it the one that is written next")],
        isMomentary: true
    ) { values in .block(.readError, block: values.count("block"), afterCycles: 0) }
}
