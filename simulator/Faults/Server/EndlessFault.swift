extension FaultDefinition {
    /// The image has no end.
    static let endless = FaultDefinition(
        server: "endless", "goes on behind the image's end, with zeros, for ever"
    ) { server, _ in server.isEndless = true }
}
