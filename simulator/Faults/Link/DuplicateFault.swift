extension FaultDefinition {
    /// Frames come twice.
    static let duplicate = FaultDefinition(
        link: "duplicate", "frames (with TLS: its records) come twice",
        [.optional("probability", .share, "for each frame", .number(1))]
    ) { line, values in line.duplicateProbability = max(line.duplicateProbability, values.number("probability")) }
}
