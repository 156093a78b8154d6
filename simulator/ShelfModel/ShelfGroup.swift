import FlashModel
package import LineCard
import Links
import Reports
import Runtime
package import Scenarios
package import SoftwareImage

/// One group of a scenario's shelf: its cards, and the image that they get.
package struct ShelfGroup: Sendable {
    package let group: ScenarioGroup
    package let image: ImageContent
    package let manifest: Manifest
    /// What the image is called on a server that the simulator starts: no two groups have the same, so that the server's counts
    /// by file are the groups'.
    package let fileName: String
    /// By slot.
    package internal(set) var cards: [CardSettings]
    let serverLink: LinkSettings

    package var name: String { group.name }

    /// The group's lower bound, without its cards.
    private var lowerBound: LowerBound {
        LowerBound(
            imageBytes: image.byteCount, firstBytes: cards.map(\.maximumSectionBytes).min() ?? 0,
            serverBytesPerSecond: serverLink.bitsPerSecond.map { Double($0) / 8 },
            serverLatencySeconds: serverLink.latency.seconds)
    }

    /// The least time that the group could take if it were alone, in seconds.
    package var lowerBoundSeconds: Double { lowerBound.seconds(for: cards.map { bound(of: $0) }) }

    /// The same for one card alone.
    package func lowerBoundSeconds(of card: CardSettings) -> Double { lowerBound.seconds(for: bound(of: card)) }

    /// What is physically given for a card.
    private func bound(of card: CardSettings) -> LowerBound.Card {
        LowerBound.Card(
            linkBytesPerSecond: card.linkBitsPerSecond.map { Double($0) / 8 },
            linkLatencySeconds: card.linkLatency.seconds,
            flashSeconds: card.flash.imageTime(bytes: Int(image.byteCount), faults: card.faults).seconds)
    }
}
