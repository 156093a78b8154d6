extension FaultDefinition {
    /// A card finds the image wrong.
    static let digestMismatch = FaultDefinition(
        software: "digest_mismatch", "finds another digest in its flash than was announced (INTEGRITY_FAIL)"
    ) { card, _ in card.failsDigest = true }
}
