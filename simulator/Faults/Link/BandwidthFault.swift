extension FaultDefinition {
    /// The link carries less (toxiproxy's `bandwidth`).
    static let bandwidth = FaultDefinition(
        link: "bandwidth", "the link carries no more than this",
        [.required("rate", .rate, "in each direction")]
    ) { line, values in
        let rate = values.bitsPerSecond("rate")
        line.bitsPerSecond = min(line.bitsPerSecond ?? rate, rate)
    }
}
