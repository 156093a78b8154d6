extension FaultDefinition {
    /// A connection lives for so many bytes (toxiproxy's `limit_data`).
    static let limitData = FaultDefinition(
        link: "limit_data", "each connection breaks after so many bytes, counted from the fault's beginning or its own",
        [.required("bytes", .bytes, "that still come")]
    ) { line, values in
        let bytes = values.bytes("bytes") ?? 0
        line.byteLimit = min(line.byteLimit ?? bytes, bytes)
    }
}
