extension FaultDefinition {
    /// Both ends lose sight of one another.
    static let partition = FaultDefinition(
        "partition", .link, "the link is cut in both directions; what was under way arrives when it is back"
    ) { _ in .link(.both) { $0.isHeld = true } }
}
