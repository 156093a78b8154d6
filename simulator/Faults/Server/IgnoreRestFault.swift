extension FaultDefinition {
    /// The server begins at the beginning.
    static let ignoreRest = FaultDefinition(
        server: "ignore_rest", "accepts REST, and gives the whole image all the same", isLasting: true
    ) { server, _ in server.restart = .ignored }
}
