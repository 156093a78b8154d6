import Settings

/// What one layer says of cards (`defaults`, a kind, a group, or one card); nil where it is silent.
struct CardFields {
    static let keys = ["flash", "link", "window", "section"]

    var profile: FlashProfileName?
    var scale: Double?
    var size: ByteCount?
    var rate: DataRate?
    var latency: Duration?
    /// With their places, as they are checked against each other once all layers are known.
    var window: (value: ByteCount, setting: Setting)?
    var section: (value: ByteCount, setting: Setting)?

    init() {}

    init(_ fields: Fields) {
        let flash = fields["flash"]?.fields(["profile", "scale", "size"])
        profile = flash?["profile"]?.choice()
        scale = flash?["scale"]?.number(in: ScenarioLimits.flashScaleRange)
        size = flash?["size"]?.byteCount(in: ScenarioLimits.flashSizeRange)
        let link = fields["link"]?.fields(["rate", "latency"])
        rate = link?["rate"]?.dataRate(in: ScenarioLimits.rateRange)
        latency = link?["latency"]?.duration(in: ScenarioLimits.latencyRange)
        window = fields["window"].flatMap { setting in
            setting.byteCount(in: ScenarioLimits.windowRange).map { ($0, setting) }
        }
        section = fields["section"].flatMap { setting in
            setting.byteCount(in: ScenarioLimits.sectionRange).map { ($0, setting) }
        }
    }

    /// This layer with `other` laid over it, field by field.
    func overlaid(by other: CardFields) -> CardFields {
        var result = self
        result.profile = other.profile ?? profile
        result.scale = other.scale ?? scale
        result.size = other.size ?? size
        result.rate = other.rate ?? rate
        result.latency = other.latency ?? latency
        result.window = other.window ?? window
        result.section = other.section ?? section
        return result
    }

    func card(slot: UInt16, group: String, kind: String) -> ScenarioCard {
        let windowBytes = window?.value ?? ScenarioLimits.defaultWindow
        let sectionBytes = section?.value ?? ScenarioLimits.defaultSection
        if sectionBytes > windowBytes {
            let advice = "a card takes no section larger than its window"
            if let section {
                section.setting.report("is \(sectionBytes), and the window is \(windowBytes): \(advice)")
            } else {
                window?.setting.report("is \(windowBytes), and the section is \(sectionBytes): \(advice)")
            }
        }
        return ScenarioCard(
            slot: slot, group: group, kind: kind,
            flash: ScenarioFlash(
                profile: profile ?? ScenarioLimits.defaultFlashProfile, scale: scale ?? 1,
                size: size ?? ScenarioLimits.defaultFlashSize),
            link: ScenarioLink(rate: rate, latency: latency ?? .zero), window: windowBytes, section: sectionBytes)
    }
}
