extension FaultDefinition {
    /// A card takes no image.
    static let rejectImage = FaultDefinition(
        software: "reject_image", "refuses the image as faulty (PARSE_FAIL)"
    ) { card, _ in card.refusal = .image }
}
