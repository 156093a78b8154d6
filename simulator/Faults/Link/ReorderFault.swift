extension FaultDefinition {
    /// Frames overtake one another.
    static let reorder = FaultDefinition(
        link: "reorder", "frames (with TLS: its records) come behind the one that follows them",
        [.optional("probability", .share, "for each frame", .number(1))]
    ) { line, values in line.reorderProbability = max(line.reorderProbability, values.number("probability")) }
}
