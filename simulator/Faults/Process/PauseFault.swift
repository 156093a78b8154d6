extension FaultDefinition {
    /// A card stands still.
    static let pause = FaultDefinition(
        "pause", .process, "is stopped in the middle of what it does (SIGSTOP), and goes on when `for` is over"
    ) { _ in .process(.pause) }
}
