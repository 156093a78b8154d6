extension FaultDefinition {
    /// A process dies.
    static let kill = FaultDefinition(
        "kill", .process,
        "dies at once (SIGKILL); a card is started again when `for` is over, and without it stays dead until it is put in; the CE stays dead until the next step",
        isMomentary: true
    ) { _ in .process(.kill) }
}
