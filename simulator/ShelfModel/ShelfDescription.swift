import CardSoftware
import FlashModel
package import LineCard
package import Links
package import Reports
import Runtime
package import Scenarios
import Settings
package import SoftwareImage

/// What a scenario's shelf is made of, on either clock: the cards' settings, the image, the links, and the least time that a
/// download to it can take.
package struct ShelfDescription: Sendable {
    package let scenario: Scenario
    package let image: ImageContent
    package let manifest: Manifest
    /// By slot.
    package let cards: [CardSettings]
    package let serverLink: LinkSettings

    /// - Parameter lineCardPath: the built `line-card`, for an image that is that program.
    /// - Throws: an image that cannot be read, a card that cannot be built.
    package init(_ scenario: Scenario, lineCardPath: String) throws(ShelfError) {
        self.scenario = scenario
        image = try ImageContent(scenario.group.image, seed: scenario.seed, lineCardPath: lineCardPath)
        manifest = try Self.manifest(of: scenario.group.image, image, for: scenario)
        var cards: [CardSettings] = []
        for card in scenario.cards { cards.append(try Self.settings(of: card, seed: scenario.seed)) }
        self.cards = cards
        serverLink = scenario.server.link.settings
    }

    private static func settings(of card: ScenarioCard, seed: UInt64) throws(ShelfError) -> CardSettings {
        do {
            return try CardSettings(
                slot: card.slot, hardwareType: card.kind, serialNumber: serialNumber(of: card), flash: flash(of: card),
                faults: FlashFaults(card.flash.faults, seed: Self.faultSeed(seed, slot: card.slot)),
                windowBytes: Int(card.window.bytes), maximumSectionBytes: Int(card.section.bytes),
                linkBitsPerSecond: card.link.rate?.bitsPerSecond, linkLatency: card.link.latency)
        } catch {
            throw ShelfError("slot \(card.slot): \(error)")
        }
    }

    /// Serial numbers are made up, and the same in every run.
    private static func serialNumber(of card: ScenarioCard) -> String {
        let digits = String(card.slot)
        return "SIM-\(card.kind.uppercased())-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits)"
    }

    /// No two cards of a shelf have the same flash, and in every run each has its own.
    private static func faultSeed(_ seed: UInt64, slot: UInt16) -> UInt64 {
        var trace = TraceHash()
        trace.add(seed)
        trace.add(UInt64(slot))
        return trace.value
    }

    private static func flash(of card: ScenarioCard) throws(FlashParameterError) -> FlashProfile {
        guard let part = FlashProfile.named(card.flash.profile.rawValue) else {
            preconditionFailure("the scenario reader knows a flash profile that the flash model does not")
        }
        let capacity = FlashLayout.capacityBytes(
            forInstances: Int(card.flash.size.bytes), eraseBytes: part.geometry.eraseSize)
        return try part.scaled(by: card.flash.scale).withCapacity(bytes: capacity)
    }

    /// The same shelf with other cards in it.
    package func with(cards: [CardSettings]) -> ShelfDescription {
        ShelfDescription(self, cards: cards)
    }

    private init(_ other: ShelfDescription, cards: [CardSettings]) {
        scenario = other.scenario
        image = other.image
        manifest = other.manifest
        serverLink = other.serverLink
        self.cards = cards
    }

    /// The group's lower bound, without its cards.
    package var lowerBound: LowerBound {
        LowerBound(
            imageBytes: image.byteCount, firstBytes: cards.map(\.maximumSectionBytes).min() ?? 0,
            serverBytesPerSecond: serverLink.bitsPerSecond.map { Double($0) / 8 },
            serverLatencySeconds: serverLink.latency.seconds)
    }

    /// What is physically given for a card.
    package func bound(of card: CardSettings) -> LowerBound.Card {
        LowerBound.Card(
            linkBytesPerSecond: card.linkBitsPerSecond.map { Double($0) / 8 },
            linkLatencySeconds: card.linkLatency.seconds,
            flashSeconds: card.flash.imageTime(bytes: Int(image.byteCount), faults: card.faults).seconds)
    }
}

extension ScenarioLink {
    /// The emulated link that it describes.
    package var settings: LinkSettings {
        LinkSettings(bitsPerSecond: rate?.bitsPerSecond, latency: latency)
    }
}
