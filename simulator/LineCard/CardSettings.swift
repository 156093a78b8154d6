import CardProtocol
package import CardSoftware
package import FlashModel
package import SoftwareImage
package import TLS

/// All that makes one emulated card: what the simulator tells a card when it starts.
package struct CardSettings: Equatable, Sendable {
    /// The largest window: more RAM than a card of any kind would lend to a download. In bytes.
    package static let maximumWindowBytes = 16 << 20
    package static let maximumTextBytes = 255
    /// Each part of a card's credentials: what they have with Ed25519 keys, several times over. In bytes.
    package static let maximumCredentialBytes = 2 << 10
    /// A card that takes longer is taken for dead by anybody.
    package static let longestBoot = Duration.seconds(3600)

    /// The position in the shelf, from 1.
    package let slot: UInt16
    /// What the card says it is; an image for another type is refused. 1 to 255 bytes of UTF-8.
    package let hardwareType: String
    /// Of that type: an image may be for some of them only. 1 to 255 bytes of UTF-8.
    package let hardwareRevision: String
    /// By which a card is known when it is moved to another slot. 1 to 255 bytes of UTF-8.
    package let serialNumber: String
    package let flash: FlashProfile
    /// What is wrong with this card's own flash.
    package let faults: FlashFaults
    /// The RAM for sections that are not programmed yet, in bytes; at least one section, and there while a download runs.
    package let windowBytes: Int
    /// The largest section, in bytes: 1 to 65,536.
    package let maximumSectionBytes: Int
    /// The version that a card which never took an image runs. 1 to 255 bytes of UTF-8.
    package let factoryVersion: String
    /// The rate of the card's link, in bits per second; nil: as fast as the host. Never 0.
    package let linkBitsPerSecond: UInt64?
    /// The delay of the card's link, each way; 0: none of its own.
    package let linkLatency: Duration
    /// How long the card takes from its restart until it runs, beside what reading its flash takes.
    package let bootTime: Duration
    package let bootPolicy: BootPolicy
    /// Whose signatures count; none: nobody's.
    package let trustedKeys: TrustedKeys
    /// The card takes images whose manifest has no signature: it was told so in its workshop.
    package let acceptsUnsigned: Bool
    /// It is not earlier than this: when the card was made, or what it was told since. nil: it knows nothing, and nothing expires.
    package let earliestTime: ManifestTime?
    /// What the card proves itself with; nil: its links are clear.
    package let credentials: TLSCredentials?

    /// - Throws: for a value outside of what its field says.
    package init(
        slot: UInt16, hardwareType: String, serialNumber: String, flash: FlashProfile,
        faults: FlashFaults = .none, windowBytes: Int = 128 << 10,
        maximumSectionBytes: Int = CardFrame.maximumSectionBytes, factoryVersion: String = "1.0.0",
        linkBitsPerSecond: UInt64? = nil, linkLatency: Duration = .zero,
        bootTime: Duration = .zero, bootPolicy: BootPolicy = BootPolicy(), credentials: TLSCredentials? = nil,
        hardwareRevision: String = "A", trustedKeys: TrustedKeys = .none, acceptsUnsigned: Bool = false,
        earliestTime: ManifestTime? = nil
    ) throws(CardSettingsError) {
        guard slot > 0 else { throw CardSettingsError("slot", slot, mustBe: "at least 1") }
        for (field, text) in [
            ("hardware_type", hardwareType), ("serial_number", serialNumber), ("factory_version", factoryVersion),
            ("hardware_revision", hardwareRevision),
        ] where text.isEmpty || text.utf8.count > Self.maximumTextBytes {
            throw CardSettingsError(field, "\"\(text)\"", mustBe: "1 to \(Self.maximumTextBytes) bytes long")
        }
        let mostSectionBytes = CardFrame.maximumSectionBytes
        guard maximumSectionBytes > 0 && maximumSectionBytes <= mostSectionBytes else {
            throw CardSettingsError("section_bytes", maximumSectionBytes, mustBe: "from 1 to \(mostSectionBytes)")
        }
        guard windowBytes >= maximumSectionBytes && windowBytes <= Self.maximumWindowBytes else {
            throw CardSettingsError(
                "window_bytes", windowBytes,
                mustBe: "from section_bytes (\(maximumSectionBytes)) to \(Self.maximumWindowBytes)")
        }
        if linkBitsPerSecond == 0 { throw CardSettingsError("link_rate", "0", mustBe: "at least 1 bit/s, or absent") }
        guard linkLatency >= .zero else { throw CardSettingsError("link_latency", linkLatency, mustBe: "at least 0 s") }
        guard bootTime >= .zero && bootTime <= Self.longestBoot else {
            throw CardSettingsError("boot_time", bootTime, mustBe: "from 0 s to \(Self.longestBoot)")
        }
        do throws(FlashParameterError) { try faults.check(flash.geometry) } catch {
            throw CardSettingsError("flash.\(error.field)", error.value, mustBe: error.allowed)
        }
        for part in [credentials?.authority, credentials?.certificate, credentials?.key] {
            guard let part, part.count > Self.maximumCredentialBytes else { continue }
            throw CardSettingsError(
                "credentials", "\(part.count) bytes", mustBe: "at most \(Self.maximumCredentialBytes)")
        }
        self.slot = slot
        self.hardwareType = hardwareType
        self.serialNumber = serialNumber
        self.flash = flash
        self.faults = faults
        self.windowBytes = windowBytes
        self.maximumSectionBytes = maximumSectionBytes
        self.factoryVersion = factoryVersion
        self.linkBitsPerSecond = linkBitsPerSecond
        self.linkLatency = linkLatency
        self.bootTime = bootTime
        self.bootPolicy = bootPolicy
        self.credentials = credentials
        self.hardwareRevision = hardwareRevision
        self.trustedKeys = trustedKeys
        self.acceptsUnsigned = acceptsUnsigned
        self.earliestTime = earliestTime
    }

    /// Which images the card takes.
    var imagePolicy: ImagePolicy {
        ImagePolicy(
            hardwareType: hardwareType, hardwareRevision: hardwareRevision, trustedKeys: trustedKeys,
            acceptsUnsigned: acceptsUnsigned, earliestTime: earliestTime)
    }
}

/// A card cannot be built with such a setting.
package struct CardSettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    package let field: String
    package let value: String
    /// What would do, as it reads after "must be".
    package let allowed: String

    init(_ field: String, _ value: some CustomStringConvertible, mustBe allowed: String) {
        self.field = field
        self.value = value.description
        self.allowed = allowed
    }

    package var description: String {
        "card setting \(field) is \(value); it must be \(allowed)"
    }
}
