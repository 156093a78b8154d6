extension FaultDefinition {
    /// The server turns clients away.
    static let refuse = FaultDefinition(
        server: "refuse", "closes each new connection without a word"
    ) { server, _ in server.refusesSessions = true }
}
