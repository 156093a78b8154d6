/// How a card's download ended. Every card has exactly one.
package enum Outcome: String, Codable, CaseIterable, Sendable {
    /// The image is in flash, verified.
    case success
    /// The card had it already.
    case skipped
    /// The card has it not, for the reason given.
    case failed
    /// Somebody ended the download before.
    case aborted

    /// Whether the card has the image.
    package var hasImage: Bool { self == .success || self == .skipped }
}
