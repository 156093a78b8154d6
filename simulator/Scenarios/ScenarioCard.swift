package import Settings

/// One card of the shelf, with everything that `defaults`, its kind, its group and its own entry say.
package struct ScenarioCard: Equatable, Sendable {
    /// From 1.
    package var slot: UInt16
    package var group: String
    /// What the card says it is: its hardware type.
    package var kind: String
    package var flash: ScenarioFlash
    package var link: ScenarioLink
    /// The RAM window: how much the card takes beyond what is programmed.
    package var window: ByteCount
    /// The largest section that the card takes.
    package var section: ByteCount

    package init(
        slot: UInt16, group: String, kind: String, flash: ScenarioFlash, link: ScenarioLink, window: ByteCount,
        section: ByteCount
    ) {
        self.slot = slot
        self.group = group
        self.kind = kind
        self.flash = flash
        self.link = link
        self.window = window
        self.section = section
    }
}

/// A card's flash.
package struct ScenarioFlash: Equatable, Sendable {
    package var profile: FlashProfileName
    /// Every time of the profile is multiplied by it.
    package var scale: Double
    /// How large an image one instance has room for. A larger image is no error of the scenario: the card refuses it.
    package var size: ByteCount
    package var faults: ScenarioFlashFaults

    package init(
        profile: FlashProfileName, scale: Double, size: ByteCount, faults: ScenarioFlashFaults = ScenarioFlashFaults()
    ) {
        self.profile = profile
        self.scale = scale
        self.size = size
        self.faults = faults
    }
}

/// The flash parts that a card can have, by the names of their profiles.
package enum FlashProfileName: String, CaseIterable, Sendable {
    case nor2002 = "nor-2002"
    case norM29W = "nor-m29w"
    case spiNOR = "spi-nor"
    case slcNAND = "slc-nand"
    case mlcNAND = "mlc-nand"
    case instant
}

/// A way that bytes take, as the emulator makes it.
package struct ScenarioLink: Equatable, Sendable {
    /// nil for a clear link: as fast as the machine.
    package var rate: DataRate?
    /// One way.
    package var latency: Duration

    package init(rate: DataRate?, latency: Duration) {
        self.rate = rate
        self.latency = latency
    }

    package static let clear = ScenarioLink(rate: nil, latency: .zero)
}
