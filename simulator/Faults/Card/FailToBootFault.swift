extension FaultDefinition {
    /// An image does not boot.
    static let failToBoot = FaultDefinition(
        software: "fail_to_boot", "activates the image, which dies before it serves, at each attempt"
    ) { card, _ in card.failsToBoot = true }
}
