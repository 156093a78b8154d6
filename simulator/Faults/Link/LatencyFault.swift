extension FaultDefinition {
    /// Bytes are under way for longer (toxiproxy's `latency`).
    static let latency = FaultDefinition(
        link: "latency", "bytes are under way for longer",
        [
            .required("time", .duration, "added to the link's own latency"),
            .optional(
                "jitter", .duration, "each part of the stream takes up to so much more, as drawn", .duration(.zero)),
        ]
    ) { line, values in
        line.latency += values.duration("time")
        line.jitter = max(line.jitter, values.duration("jitter"))
    }
}
