import FlashModel

extension FaultDefinition {
    /// The flash is write-protected.
    static let writeProtect = FaultDefinition(
        "write_protect", .flash, "has a flash that refuses to be erased and programmed"
    ) { _ in .flash { $0.isWriteProtected = true } }
}
