extension FaultDefinition {
    /// Somebody puts another image in the place.
    static let imageChanged = FaultDefinition(
        server: "image_changed",
        "has another image of the same name and size from now on, of which every byte is another", isLasting: true
    ) { server, _ in server.hasOtherImage = true }
}
