extension FaultDefinition {
    /// The server dies in a transfer.
    static let closeAt = FaultDefinition(
        server: "close_at", "closes every connection of the session, as when its process dies",
        [.optional("byte", .bytes, "at this offset of the image; without it, at once", .bytes(0))]
    ) { server, values in server.closesAt = values.bytes("byte") }
}
