import FlashModel

extension FaultDefinition {
    /// A block that is not programmed, and says nothing.
    static let programNoop = FaultDefinition(
        "program_noop", .flash, "has an erase block that is not programmed, and says nothing",
        [.optional("block", .count, "which one, from the flash's first; without it the one that is written next")],
        isMomentary: true
    ) { values in .block(.programNoop, block: values.count("block"), afterCycles: 0) }
}
