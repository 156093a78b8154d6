extension FaultDefinition {
    /// The server falls silent.
    static let stallAt = FaultDefinition(
        server: "stall_at", "sends nothing more, and its connections stand",
        [.optional("byte", .bytes, "from this offset of the image on; without it, from now on", .bytes(0))]
    ) { server, values in server.stallsAt = values.bytes("byte") }
}
