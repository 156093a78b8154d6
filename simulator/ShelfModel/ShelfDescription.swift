import CardSoftware
import Certificates
import FlashModel
package import LineCard
package import Links
import Runtime
package import Scenarios
import Settings
import SoftwareImage
package import TLS

/// What a scenario's shelf is made of, on either clock: the groups with their cards and images, the links, and the least time
/// that a download to it can take.
package struct ShelfDescription: Sendable {
    package let scenario: Scenario
    /// In the scenario's order.
    package let groups: [ShelfGroup]
    package let serverLink: LinkSettings
    /// What the CE proves itself with to these cards, whose credentials are from the same throw-away authority; nil: the links are
    /// clear.
    package let ceCredentials: TLSCredentials?

    /// - Parameter lineCardPath: the built `line-card`, for an image that is that program.
    /// - Throws: an image that cannot be read, a card that cannot be built.
    package init(_ scenario: Scenario, lineCardPath: String) throws(ShelfError) {
        self.scenario = scenario
        serverLink = scenario.server.link.settings
        let publisher = ImagePublisher(seed: scenario.seed)
        let authority = try Self.authority(of: scenario)
        ceCredentials = try authority.map { (authority) throws(ShelfError) in
            try Self.credentials(PeerName(.ce, scenario.name), from: authority)
        }
        var groups: [ShelfGroup] = []
        for group in scenario.groups {
            let image = try ImageContent(group.image, seed: scenario.seed, lineCardPath: lineCardPath)
            let manifest = try publisher.manifest(of: group.image, image, kind: group.kind)
            var cards: [CardSettings] = []
            for card in scenario.cards where card.group == group.name {
                cards.append(try Self.settings(of: card, in: scenario, trusting: publisher, authority))
            }
            let isAlone = scenario.groups.count { $0.image.fileName == group.image.fileName } == 1
            groups.append(
                ShelfGroup(
                    group: group, image: image, manifest: manifest,
                    fileName: isAlone ? group.image.fileName : "\(group.name)-\(group.image.fileName)", cards: cards,
                    serverLink: serverLink))
        }
        self.groups = groups
    }

    /// Of all groups, by slot.
    package var cards: [CardSettings] { groups.flatMap(\.cards).sorted { $0.slot < $1.slot } }

    /// The group of a card; nil for a slot that is empty.
    package func group(ofSlot slot: Int) -> ShelfGroup? {
        groups.first { $0.cards.contains { Int($0.slot) == slot } }
    }

    /// The least time for all groups together: that of the slowest, and where they share the server's link that of all images
    /// one after the other.
    package var lowerBoundSeconds: Double {
        let slowest = groups.map(\.lowerBoundSeconds).max() ?? 0
        // vsftpd gives each transfer the whole rate.
        guard scenario.server.source != .program(.vsftpd), let rate = serverLink.bitsPerSecond else { return slowest }
        let bytes = groups.reduce(0) { $0 + $1.manifest.imageBytes }
        return max(slowest, 2 * serverLink.latency.seconds + Double(bytes) * 8 / Double(rate))
    }

    private static func authority(of scenario: Scenario) throws(ShelfError) -> CertificateAuthority? {
        guard scenario.linkSecurity == .tls else { return nil }
        do { return try CertificateAuthority() } catch { throw ShelfError("no certificates: \(error)") }
    }

    private static func credentials(
        _ name: PeerName, from authority: CertificateAuthority
    ) throws(ShelfError) -> TLSCredentials {
        do { return try authority.credentials(for: name) } catch {
            throw ShelfError("no certificate for \(name): \(error)")
        }
    }

    private static func settings(
        of card: ScenarioCard, in scenario: Scenario, trusting publisher: ImagePublisher,
        _ authority: CertificateAuthority?
    ) throws(ShelfError) -> CardSettings {
        let serialNumber = serialNumber(of: card)
        let credentials = try authority.map { (authority) throws(ShelfError) in
            try Self.credentials(PeerName(.card, serialNumber), from: authority)
        }
        do {
            return try CardSettings(
                slot: card.slot, hardwareType: card.kind, serialNumber: serialNumber, flash: flash(of: card),
                faults: FlashFaults(card.flash.faults, seed: Self.faultSeed(scenario.seed, slot: card.slot)),
                windowBytes: Int(card.window.bytes), maximumSectionBytes: Int(card.section.bytes),
                linkBitsPerSecond: card.link.rate?.bitsPerSecond, linkLatency: card.link.latency,
                credentials: credentials, trustedKeys: publisher.trustedKeys,
                acceptsUnsigned: scenario.acceptsUnsigned, earliestTime: ImagePublisher.earliestTime)
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

    /// The same shelf with one of its groups alone, and other cards in it.
    package func with(_ group: ShelfGroup, cards: [CardSettings]) -> ShelfDescription {
        var group = group
        group.cards = cards
        return ShelfDescription(self, groups: [group])
    }

    private init(_ other: ShelfDescription, groups: [ShelfGroup]) {
        scenario = other.scenario
        serverLink = other.serverLink
        ceCredentials = other.ceCredentials
        self.groups = groups
    }
}

extension ScenarioLink {
    /// The emulated link that it describes.
    package var settings: LinkSettings {
        LinkSettings(bitsPerSecond: rate?.bitsPerSecond, latency: latency)
    }
}
