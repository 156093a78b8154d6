extension FaultDefinition {
    /// Connections are reset (toxiproxy's `reset_peer`).
    static let resetPeer = FaultDefinition(
        link: "reset_peer", "connections are reset: those that there are, and new ones as long as it lasts",
        isMomentary: true
    ) { line, _ in line.isReset = true }
}
