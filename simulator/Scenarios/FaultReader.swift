import Faults
import Settings

/// Reads faults: whom they hit, when, what happens, and for how long.
///
/// What each fault takes comes from the vocabulary's own definitions, as the schema and the reference page do.
struct FaultReader {
    static let keys = ["target", "at", "do", "for", "count", "optional"]
    static let triggerKeys = [
        "time", "progress", "offset", "block", "page", "erase_block", "flash_operation", "phase", "nth", "probability",
    ]
    static let targetExpectation =
        "slot 7, slots 1-4,7, group NAME, random(3), all, server or ce"

    /// nil when the groups could not be read.
    let groups: [ScenarioGroup]?
    let slots: [UInt16]?
    let blockBytes: Int
    /// The simulator's own: others do nothing wrong on purpose.
    let hasEmbeddedServer: Bool

    /// - Parameter step: the act in which they are awaited.
    /// - Returns: those that could be read; what is wrong is reported.
    func read(_ setting: Setting, step: Int) -> [Fault] {
        guard let settings = setting.list("a list of faults, such as [{target: slot 7, at: {progress: 50%}, do: kill}]")
        else { return [] }
        guard settings.count <= ScenarioLimits.maximumFaults else {
            setting.report("has \(settings.count) faults; the most is \(ScenarioLimits.maximumFaults)")
            return []
        }
        return settings.compactMap { fault($0, step: step) }
    }

    private func fault(_ setting: Setting, step: Int) -> Fault? {
        guard let fields = setting.fields(Self.keys) else { return nil }
        let action = fields.required("do").flatMap(action)
        let target = target(fields, of: action)
        let trigger = trigger(fields, of: action, hitting: target)
        let duration = fields["for"].map { $0.duration(in: ScenarioLimits.timeoutRange) }
        let count = fields["count"].map { $0.integer(in: 1...1_000_000) }
        let isOptional = fields["optional"].map { $0.flag() } ?? false
        guard let action, let target, let trigger, let isOptional else { return nil }
        if case .some(.none) = duration { return nil }
        if case .some(.none) = count { return nil }
        check(action, target, fields)
        return Fault(
            target: target, trigger: trigger, action: action, duration: duration ?? nil, count: count ?? nil,
            isOptional: isOptional, step: step)
    }

    // MARK: What

    private func action(_ setting: Setting) -> FaultAction? {
        guard setting.isMapping else {
            guard let name = setting.text("a fault's name"), let definition = definition(name, setting) else {
                return nil
            }
            return action(definition, nil, at: setting)
        }
        guard let entries = setting.entries("a fault's name and what it takes") else { return nil }
        guard let entry = entries.first, entries.count == 1 else {
            setting.report("has \(entries.count) faults; write one, and another one behind it in the list")
            return nil
        }
        guard let definition = definition(entry.key, entry) else { return nil }
        let fields = entry.value.fields(
            definition.parameters.map(\.name) + (definition.parameters.isEmpty ? ["-"] : []))
        return fields.flatMap { action(definition, $0, at: entry.value) }
    }

    private func definition(_ name: String, _ setting: Setting) -> FaultDefinition? {
        if let definition = FaultDefinition.named(name) { return definition }
        setting.report(Self.unknown(name), suggestion: nearest(to: name, among: FaultDefinition.all.map(\.name)))
        return nil
    }

    private func definition(_ name: String, _ entry: Entry) -> FaultDefinition? {
        if let definition = FaultDefinition.named(name) { return definition }
        entry.report(
            "fault \(name.quoted) is not known", suggestion: nearest(to: name, among: FaultDefinition.all.map(\.name)))
        return nil
    }

    private static func unknown(_ name: String) -> String {
        "is \(name.quoted), which is no fault; docs/scenarios.md has them all"
    }

    private func action(_ definition: FaultDefinition, _ fields: Fields?, at setting: Setting) -> FaultAction? {
        var values = FaultValues()
        var isWhole = true
        for parameter in definition.parameters {
            if let own = fields?[parameter.name] {
                if let value = value(own, of: parameter) { values.set(parameter.name, value) } else { isWhole = false }
            } else if let standard = parameter.standard {
                values.set(parameter.name, standard)
            } else if parameter.isRequired {
                setting.report("lacks the key '\(parameter.name)': \(parameter.meaning)")
                isWhole = false
            }
        }
        return isWhole ? FaultAction(definition, values) : nil
    }

    private func value(_ setting: Setting, of parameter: FaultParameter) -> FaultValue? {
        switch parameter.kind {
        case .duration:
            return setting.duration(in: .zero...ScenarioLimits.timeoutRange.upperBound).map { .duration($0) }
        case .bytes: return setting.byteCount(in: ByteCount(0)...ImageLimits.maximumImage).map { .bytes($0.bytes) }
        case .rate: return setting.dataRate(in: ScenarioLimits.faultRateRange).map { .bitsPerSecond($0.bitsPerSecond) }
        case .share: return setting.share(in: 0...1).map { .number($0) }
        case .factor: return setting.number(in: ScenarioLimits.slownessRange).map { .number($0) }
        case .count: return setting.integer(in: ScenarioLimits.flashIndexRange).map { .count($0) }
        case .choice(let names):
            let expectation = "one of \(names.joined(separator: ", "))"
            guard let text = setting.text(expectation) else { return nil }
            guard names.contains(text) else {
                setting.report(
                    "is \(text.quoted); expected \(expectation)", suggestion: nearest(to: text, among: names))
                return nil
            }
            return .choice(text)
        }
    }

    // MARK: Whom

    private func target(_ fields: Fields, of action: FaultAction?) -> FaultTarget? {
        guard let setting = fields["target"] else {
            if action?.definition.family == .server { return .server }
            if case .process(let order)? = action?.effect, order.isOfCE { return .ce }
            if action != nil { fields.setting.report("lacks the key 'target': \(Self.targetExpectation)") }
            return nil
        }
        guard let text = setting.text(Self.targetExpectation) else { return nil }
        return target(text, setting)
    }

    private func target(_ text: String, _ setting: Setting) -> FaultTarget? {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        switch (words.first, words.count) {
        case ("server", 1): return .server
        case ("ce", 1): return .ce
        case ("all", 1): return .all
        case ("slot", 2), ("slots", 2): return targetSlots(words[1], setting).map { .slots($0) }
        case ("group", 2):
            guard let groups, !groups.contains(where: { $0.name == words[1] }) else { return .group(words[1]) }
            setting.report(
                "is group \(words[1].quoted), which is not among the groups: \(groups.map(\.name).joined(separator: ", "))",
                suggestion: nearest(to: words[1], among: groups.map(\.name)))
            return nil
        default: break
        }
        if text.hasPrefix("random("), text.hasSuffix(")"), let count = Int(text.dropFirst(7).dropLast()), count > 0 {
            if let slots, count > slots.count {
                setting.report("is \(count) cards, and the shelf has \(slots.count)")
            }
            return .random(count)
        }
        setting.report(
            "is \(text.quoted); expected \(Self.targetExpectation)",
            suggestion: nearest(
                to: words.first ?? "", among: ["server", "ce", "all", "slot 7", "slots", "group", "random(1)"]))
        return nil
    }

    private func targetSlots(_ text: String, _ setting: Setting) -> [UInt16]? {
        do throws(SlotList.Refusal) {
            let named = try SlotList.parse(text)
            for slot in named where slots.map({ !$0.contains(slot) }) ?? false {
                setting.report("is slot \(slot), which is empty")
            }
            return named
        } catch {
            setting.report(error.message)
            return nil
        }
    }

    /// Whether such a fault can befall such a target.
    private func check(_ action: FaultAction, _ target: FaultTarget, _ fields: Fields) {
        func refuse(_ message: String) { (fields["target"] ?? fields.setting).report(message) }
        let name = action.name
        switch (action.definition.family, target) {
        case (.server, .server): break
        case (.server, _): refuse("must be server for \(name)")
        case (.link, .server) where ["duplicate", "reorder"].contains(name):
            refuse("must be cards for \(name): the server's stream has no frames")
        case (.link, .ce): refuse("must be cards or server for \(name): the CE has no link of its own")
        case (.flash, .server), (.flash, .ce), (.software, .server), (.software, .ce):
            refuse("must be cards for \(name)")
        case (.process, _): checkProcess(action, target, refuse)
        default: break
        }
        if target == .server, !hasEmbeddedServer {
            refuse("is server, which does nothing wrong on purpose: only the simulator's own does")
        }
    }

    private func checkProcess(_ action: FaultAction, _ target: FaultTarget, _ refuse: (String) -> Void) {
        guard case .process(let order) = action.effect else { return }
        switch (order, target) {
        case (_, .server):
            refuse("must be cards or ce for \(action.name); for the server there is refuse, close_at, stall_at")
        case (.kill, .ce): break
        case (_, .ce) where !order.isOfCE: refuse("must be cards for \(action.name)")
        case (_, let cards) where cards != .ce && order.isOfCE: refuse("must be ce for \(action.name)")
        default: break
        }
    }

    // MARK: When

    private func trigger(_ fields: Fields, of action: FaultAction?, hitting target: FaultTarget?) -> FaultTrigger? {
        guard let setting = fields["at"] else {
            if let action, action.definition.isMomentary {
                fields.setting.report("lacks the key 'at': when \(action.name) happens")
            }
            return FaultTrigger(.beginning)
        }
        guard let when = setting.fields(Self.triggerKeys) else { return nil }
        let named = Self.triggerKeys.dropLast(2).filter { when[$0] != nil }
        guard let key = named.first, named.count == 1 else {
            setting.report(
                named.isEmpty
                    ? "names no cue; expected one of \(Self.triggerKeys.dropLast(2).joined(separator: ", "))"
                    : "names several cues, \(named.joined(separator: " and ")); write one")
            return nil
        }
        let nth = when["nth"].map { $0.integer(in: 1...1_000_000_000) } ?? 1
        let probability = when["probability"].map { $0.share(in: 0...1) } ?? 1
        guard let cue = cue(key, when[key]!, hitting: target), let nth, let probability else { return nil }
        return FaultTrigger(cue, nth: nth, probability: probability)
    }

    private func cue(_ key: String, _ setting: Setting, hitting target: FaultTarget?) -> FaultTrigger.Cue? {
        let isOfCard = target != .server && target != .ce
        if !isOfCard, ["page", "erase_block", "flash_operation"].contains(key) {
            setting.report("is of a card's flash; \(target == .server ? "the server" : "the CE") has none")
            return nil
        }
        switch key {
        case "time": return setting.duration(in: .zero...ScenarioLimits.timeoutRange.upperBound).map { .time($0) }
        case "progress": return setting.share(in: 0...1).map { .progress($0) }
        case "offset": return setting.byteCount(in: ByteCount(0)...ImageLimits.maximumImage).map { .offset($0.bytes) }
        case "block": return setting.integer(in: 0...1 << 30).map { .offset(UInt64($0 * blockBytes)) }
        case "page": return setting.integer(in: 0...1 << 30).map { .page($0) }
        case "erase_block": return setting.integer(in: 0...1 << 30).map { .eraseBlock($0) }
        case "flash_operation": return setting.integer(in: 1...1 << 40).map { .flashOperation($0) }
        default:
            guard let phase = setting.choice(FaultPhase.self) else { return nil }
            if !isOfCard, !FaultPhase.ofServer.contains(phase) {
                let names = FaultPhase.ofServer.map(\.rawValue).joined(separator: ", ")
                setting.report(
                    "is \(phase.rawValue), a card's phase; \(target == .server ? "the server" : "the CE") has \(names)")
                return nil
            }
            return .phase(phase)
        }
    }
}
