package import Settings

/// An image that the scenario's server has.
package struct ScenarioImage: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        /// Made from the scenario's seed and the image's name.
        case generated(ByteCount)
        /// A file, as a path that the simulator can open.
        case file(String)
        /// The release build of `line-card` itself: an image that is a real program.
        case lineCard
        /// A program that ends at once: what a card cannot boot.
        case brokenCard
    }

    package var name: String
    package var version: String
    /// The type of card that the manifest names; nil: that of the group which gets the image.
    package var cardType: String?
    package var content: Content
    package var signature: ScenarioSignature

    package init(
        name: String, version: String, cardType: String?, content: Content, signature: ScenarioSignature = .valid
    ) {
        self.signature = signature
        self.name = name
        self.version = version
        self.cardType = cardType
        self.content = content
    }

    /// What the file is called on the server.
    package var fileName: String {
        guard case .file(let path) = content, let last = path.split(separator: "/").last else { return "\(name).img" }
        return String(last)
    }
}
