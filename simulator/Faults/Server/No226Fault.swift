extension FaultDefinition {
    /// The server does not say that it is done.
    static let no226 = FaultDefinition(
        server: "no_226", "says nothing after the last byte"
    ) { server, _ in server.completion = .withheld }
}
