import FlashModel

extension FaultDefinition {
    /// The flash has no block left.
    static let full = FaultDefinition(
        "full", .flash, "has a flash of which no further block can be erased, spares included"
    ) { _ in .flash { $0.isFull = true } }
}
