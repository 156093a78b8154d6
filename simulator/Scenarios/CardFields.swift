import Settings

/// What one layer says of cards (`defaults`, a kind, a group, or one card); nil where it is silent.
struct CardFields {
    static let keys = ["flash", "link", "window", "section"]

    var flash = FlashFields()
    var rate: DataRate?
    var latency: Duration?
    /// With their places, as they are checked against each other once all layers are known.
    var window: (value: ByteCount, setting: Setting)?
    var section: (value: ByteCount, setting: Setting)?

    init() {}

    init(_ fields: Fields) {
        flash = fields["flash"].map { FlashFields($0) } ?? FlashFields()
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
        result.flash = flash.overlaid(by: other.flash)
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
            slot: slot, group: group, kind: kind, flash: flash.flash,
            link: ScenarioLink(rate: rate, latency: latency ?? .zero), window: windowBytes, section: sectionBytes)
    }
}
