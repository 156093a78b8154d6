extension FaultDefinition {
    /// The server announces another size.
    static let wrongSize = FaultDefinition(
        server: "wrong_size", "announces another size than the image has (SIZE, Content-Length)",
        [.required("bytes", .bytes, "what is announced")], isLasting: true
    ) { server, values in server.announcedBytes = values.bytes("bytes") }
}
