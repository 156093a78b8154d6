import FlashModel
package import LineCard
import Links
package import Reports
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

    /// What the bound is made of.
    package var limits: GroupLimits {
        let bounds = cards.map { bound(of: $0) }
        let bytes = Double(image.byteCount)
        let server = serverLink.bitsPerSecond.map { bytes * 8 / Double($0) } ?? 0
        let link = bounds.compactMap(\.linkBytesPerSecond).min().map { bytes / $0 } ?? 0
        let flash = bounds.map(\.flashSeconds).max() ?? 0
        return GroupLimits(
            group: name, firstSectionSeconds: max(0, lowerBoundSeconds - max(server, link, flash)),
            serverSeconds: server, linkSeconds: link, flashSeconds: flash)
    }

    /// What is physically given for each card.
    package var cardFacts: [CardFacts] {
        cards.map { card in
            let times = card.flash.imageTimes(bytes: Int(image.byteCount), faults: card.faults)
            return CardFacts(
                slot: Int(card.slot), flash: card.flash.name, eraseSeconds: times.erasing.seconds,
                programSeconds: times.programming.seconds, readSeconds: times.reading.seconds,
                linkSeconds: card.linkBitsPerSecond.map { Double(image.byteCount) * 8 / Double($0) } ?? 0,
                enduranceCycles: card.flash.enduranceCycles)
        }
    }

    /// What is physically given for a card.
    private func bound(of card: CardSettings) -> LowerBound.Card {
        LowerBound.Card(
            linkBytesPerSecond: card.linkBitsPerSecond.map { Double($0) / 8 },
            linkLatencySeconds: card.linkLatency.seconds,
            flashSeconds: card.flash.imageTime(bytes: Int(image.byteCount), faults: card.faults).seconds)
    }
}
