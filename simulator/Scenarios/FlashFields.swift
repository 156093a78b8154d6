import Settings

/// What one layer says of a card's flash; nil where it is silent. A list is laid over as a whole.
struct FlashFields {
    static let keys = [
        "profile", "scale", "size", "age", "times", "factory_bad", "bad_blocks", "bad_pages", "bit_flips", "slow",
        "slow_erase", "write_protect",
    ]

    var profile: FlashProfileName?
    var scale: Double?
    var size: ByteCount?
    var age: Int?
    var times: ScenarioFlashFaults.Times?
    var factoryBadShare: Double?
    var badBlocks: [ScenarioFlashFaults.BadBlock]?
    var badPages: [ScenarioFlashFaults.BadPage]?
    var bitFlipProbability: Double?
    var slowness: Double?
    var eraseSlowness: Double?
    var isWriteProtected: Bool?

    init() {}

    init(_ setting: Setting) {
        guard let fields = setting.fields(Self.keys) else { return }
        profile = fields["profile"]?.choice()
        scale = fields["scale"]?.number(in: ScenarioLimits.flashScaleRange)
        size = fields["size"]?.byteCount(in: ScenarioLimits.flashSizeRange)
        age = fields["age"]?.integer(in: ScenarioLimits.cyclesRange)
        times = fields["times"]?.choice()
        factoryBadShare = fields["factory_bad"]?.share(in: 0...1)
        badBlocks = fields["bad_blocks"].flatMap {
            Self.list($0, "a list of blocks, such as [{block: 7, fault: erase-error}]") { Self.badBlock($0) }
        }
        badPages = fields["bad_pages"].flatMap {
            Self.list($0, "a list of pages, such as [{page: 9, fault: weak}]") { Self.badPage($0) }
        }
        bitFlipProbability = fields["bit_flips"]?.share(in: 0...1)
        slowness = fields["slow"]?.number(in: ScenarioLimits.slownessRange)
        eraseSlowness = fields["slow_erase"]?.number(in: ScenarioLimits.slownessRange)
        isWriteProtected = fields["write_protect"]?.flag()
    }

    private static func list<Element>(
        _ setting: Setting, _ expectation: String, _ element: (Setting) -> Element?
    ) -> [Element]? {
        guard let settings = setting.list(expectation) else { return nil }
        guard settings.count <= ScenarioLimits.maximumFlashFaults else {
            setting.report("has \(settings.count) entries; the most is \(ScenarioLimits.maximumFlashFaults)")
            return nil
        }
        return settings.compactMap(element)
    }

    private static func badBlock(_ setting: Setting) -> ScenarioFlashFaults.BadBlock? {
        guard let fields = setting.fields(["block", "fault", "after"]) else { return nil }
        let block = fields.required("block")?.integer(in: ScenarioLimits.flashIndexRange)
        let behaviour = fields.required("fault")?.choice(ScenarioFlashFaults.BlockBehaviour.self)
        let after = fields["after"].map { $0.integer(in: ScenarioLimits.cyclesRange) } ?? 0
        guard let block, let behaviour, let after else { return nil }
        return ScenarioFlashFaults.BadBlock(block: block, behaviour, afterCycles: after)
    }

    private static func badPage(_ setting: Setting) -> ScenarioFlashFaults.BadPage? {
        guard let fields = setting.fields(["page", "fault", "after"]) else { return nil }
        let page = fields.required("page")?.integer(in: ScenarioLimits.flashIndexRange)
        let behaviour = fields.required("fault")?.choice(ScenarioFlashFaults.PageBehaviour.self)
        let after = fields["after"].map { $0.integer(in: ScenarioLimits.cyclesRange) } ?? 0
        guard let page, let behaviour, let after else { return nil }
        return ScenarioFlashFaults.BadPage(page: page, behaviour, afterCycles: after)
    }

    /// This layer with `other` laid over it, field by field.
    func overlaid(by other: FlashFields) -> FlashFields {
        var result = self
        result.profile = other.profile ?? profile
        result.scale = other.scale ?? scale
        result.size = other.size ?? size
        result.age = other.age ?? age
        result.times = other.times ?? times
        result.factoryBadShare = other.factoryBadShare ?? factoryBadShare
        result.badBlocks = other.badBlocks ?? badBlocks
        result.badPages = other.badPages ?? badPages
        result.bitFlipProbability = other.bitFlipProbability ?? bitFlipProbability
        result.slowness = other.slowness ?? slowness
        result.eraseSlowness = other.eraseSlowness ?? eraseSlowness
        result.isWriteProtected = other.isWriteProtected ?? isWriteProtected
        return result
    }

    var flash: ScenarioFlash {
        var faults = ScenarioFlashFaults()
        faults.age = age ?? faults.age
        faults.times = times ?? faults.times
        faults.factoryBadShare = factoryBadShare ?? faults.factoryBadShare
        faults.badBlocks = badBlocks ?? []
        faults.badPages = badPages ?? []
        faults.bitFlipProbability = bitFlipProbability ?? faults.bitFlipProbability
        faults.slowness = slowness ?? faults.slowness
        faults.eraseSlowness = eraseSlowness ?? faults.eraseSlowness
        faults.isWriteProtected = isWriteProtected ?? faults.isWriteProtected
        return ScenarioFlash(
            profile: profile ?? ScenarioLimits.defaultFlashProfile, scale: scale ?? 1,
            size: size ?? ScenarioLimits.defaultFlashSize, faults: faults)
    }
}
