extension FaultDefinition {
    /// The server gives a wrong byte.
    static let corruptAt = FaultDefinition(
        server: "corrupt_at", "gives one byte of the image inverted",
        [.required("byte", .bytes, "its offset")]
    ) { server, values in server.corruptsAt = values.bytes("byte") }
}
