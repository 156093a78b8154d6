extension FaultDefinition {
    /// A black hole (toxiproxy's `timeout`).
    static let timeout = FaultDefinition(
        link: "timeout", "nothing arrives any more, and nobody is told; afterwards all of it does"
    ) { line, _ in line.isHeld = true }
}
