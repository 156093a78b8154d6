extension FaultDefinition {
    /// The end of a stream is late (toxiproxy's `slow_close`).
    static let slowClose = FaultDefinition(
        link: "slow_close", "the end of a connection comes later than its last byte",
        [.required("delay", .duration, "by how much")]
    ) { line, values in line.closeDelay = max(line.closeDelay, values.duration("delay")) }
}
