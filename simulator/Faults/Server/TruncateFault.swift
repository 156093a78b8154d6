extension FaultDefinition {
    /// The image is too short.
    static let truncate = FaultDefinition(
        server: "truncate", "ends the transfer in order where the image does not",
        [.required("bytes", .bytes, "how many of the image's bytes there are")]
    ) { server, values in server.truncatesAt = values.bytes("bytes") }
}
