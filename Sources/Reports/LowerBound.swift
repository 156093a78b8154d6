/// The least time that a group's download could take, whatever the engine does.
///
/// `first-block latency + max(S / R, max_i(S / L_i), max_i F_i)`: the image has to leave the server once, to cross each card's
/// link, and to be written to each card's flash; nothing can be written before the first block has come.
package struct LowerBound: Equatable, Sendable {
    /// What is physically given for one card.
    package struct Card: Equatable, Sendable {
        /// The card's link, in bytes a second; nil when it has no limit.
        package var linkBytesPerSecond: Double?
        /// One way, in seconds.
        package var linkLatencySeconds: Double
        /// Erasing, programming and reading back the whole image, in seconds.
        package var flashSeconds: Double

        package init(linkBytesPerSecond: Double?, linkLatencySeconds: Double, flashSeconds: Double) {
            self.linkBytesPerSecond = linkBytesPerSecond
            self.linkLatencySeconds = linkLatencySeconds
            self.flashSeconds = flashSeconds
        }
    }

    package var imageBytes: UInt64
    /// The least that a card can begin with: a section, in bytes.
    package var firstBytes: Int
    /// The server's link, in bytes a second; nil when it has no limit.
    package var serverBytesPerSecond: Double?
    /// One way, in seconds. A transfer costs at least a request and its answer.
    package var serverLatencySeconds: Double

    package init(imageBytes: UInt64, firstBytes: Int, serverBytesPerSecond: Double?, serverLatencySeconds: Double) {
        self.imageBytes = imageBytes
        self.firstBytes = firstBytes
        self.serverBytesPerSecond = serverBytesPerSecond
        self.serverLatencySeconds = serverLatencySeconds
    }

    /// For one card alone, in seconds.
    package func seconds(for card: Card) -> Double {
        let size = Double(imageBytes)
        let first = Double(min(UInt64(firstBytes), imageBytes))
        func time(_ bytes: Double, _ rate: Double?) -> Double { rate.map { bytes / $0 } ?? 0 }
        let latency =
            2 * serverLatencySeconds + card.linkLatencySeconds + time(first, serverBytesPerSecond)
            + time(first, card.linkBytesPerSecond)
        // Where a link is what limits, its first block is part of its own time and is not counted twice.
        let server = time(size - first, serverBytesPerSecond)
        let link = time(size - first, card.linkBytesPerSecond)
        return latency + max(server, link, card.flashSeconds)
    }

    /// For the group: the time of its slowest card.
    package func seconds(for cards: [Card]) -> Double {
        cards.map { seconds(for: $0) }.max() ?? 0
    }
}
