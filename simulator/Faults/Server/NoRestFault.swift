extension FaultDefinition {
    /// The server cannot begin in the middle.
    static let noRest = FaultDefinition(
        server: "no_rest", "does not know REST (502; HTTP: 416)", isLasting: true
    ) { server, _ in server.restart = .refused }
}
