import Settings

/// Who the cards are: `defaults` < `kinds` < `groups` < one card.
extension ScenarioReader {
    struct Shelf {
        let groups: [ScenarioGroup]
        let cards: [ScenarioCard]
    }

    /// A layer that may name an image, as all but a single card's do.
    private struct Layer {
        var fields = CardFields()
        var image: ScenarioImage?
        /// It names an image that there is not, which is reported: no other error follows from it.
        var imageIsUnknown = false
    }

    private static let layerKeys = ["image"] + CardFields.keys

    /// - Parameter images: nil when they could not be read, so that a name among them is not looked for.
    func shelf(_ fields: Fields, images: [ScenarioImage]?) -> Shelf? {
        let defaults = fields["defaults"].map { layer($0, keys: Self.layerKeys, images) } ?? Layer()
        var kinds: [String: Layer] = [:]
        var kindNames: [String] = []
        if let setting = fields["kinds"],
            let entries = setting.entries("a mapping of a kind's name to its card's settings")
        {
            for entry in entries {
                guard let name = entry.name()?.description else { continue }
                kindNames.append(name)
                kinds[name] = layer(entry.value, keys: Self.layerKeys, images)
            }
        }
        guard let groups = fields.required("groups"),
            let entries = groups.entries("a mapping of a group's name to its cards")
        else { return nil }
        guard !entries.isEmpty else {
            groups.report("is empty; expected at least one group")
            return nil
        }
        guard entries.count <= ScenarioLimits.maximumGroups else {
            groups.report("has \(entries.count) groups; a scenario has at most \(ScenarioLimits.maximumGroups)")
            return nil
        }
        var owners: [UInt16: String] = [:]
        let read = entries.map { group($0, defaults: defaults, kinds: kinds, names: kindNames, images, &owners) }
        if entries.count > 1, owners.count > ScenarioLimits.maximumCards {
            groups.report("have more than \(ScenarioLimits.maximumCards) slots, the most that a shelf has here")
        }
        guard !read.contains(where: { $0 == nil }) else { return nil }
        let parts = read.compactMap { $0 }
        return Shelf(groups: parts.map(\.group), cards: parts.flatMap(\.cards).sorted { $0.slot < $1.slot })
    }

    /// - Parameters:
    ///   - kinds: by their names, which `names` has in the order of the file.
    ///   - owners: the groups of the slots so far.
    private func group(
        _ entry: Entry, defaults: Layer, kinds: [String: Layer], names: [String], _ images: [ScenarioImage]?,
        _ owners: inout [UInt16: String]
    ) -> (group: ScenarioGroup, cards: [ScenarioCard])? {
        let name = entry.name()?.description
        guard let fields = entry.value.fields(["kind", "slots", "cards", "after", "stall"] + Self.layerKeys) else {
            return nil
        }
        let kind = fields.required("kind").flatMap { kindName($0, among: names) }
        let layers = [defaults, kind.flatMap { kinds[$0] } ?? Layer(), layer(fields, images)]
        let image = layers.last { $0.image != nil || $0.imageIsUnknown }
        if image == nil, kind != nil, images != nil {
            entry.value.report("lacks the key 'image', and so do its kind and the defaults")
        }
        let base = layers.map(\.fields).reduce(CardFields()) { $0.overlaid(by: $1) }
        let after = fields["after"].map { $0.choice(ScenarioGoal.self) } ?? .stage
        let cards = cards(fields, base: base, group: name ?? "", kind: kind ?? "")
        for card in cards ?? [] {
            if let other = owners.updateValue(entry.key, forKey: card.slot) {
                fields["slots"]?.report("has slot \(card.slot), which is in group \(other) already")
            }
        }
        let stalls = fields["stall"].map { $0.choice(ScenarioStallPolicy.self) } ?? .stallBudget
        guard let name, let kind, let image = image?.image, let cards, let after, let stalls else { return nil }
        return (ScenarioGroup(name: name, kind: kind, image: image, after: after, stalls: stalls), cards)
    }

    private func layer(_ setting: Setting, keys: [String], _ images: [ScenarioImage]?) -> Layer {
        setting.fields(keys).map { layer($0, images) } ?? Layer()
    }

    private func layer(_ fields: Fields, _ images: [ScenarioImage]?) -> Layer {
        var layer = Layer(fields: CardFields(fields))
        guard let setting = fields["image"], let images else { return layer }
        layer.image = image(named: setting, among: images)
        layer.imageIsUnknown = layer.image == nil
        return layer
    }

    /// The image that a setting names; nil when there is none of that name, which is reported.
    func image(named setting: Setting, among images: [ScenarioImage]?) -> ScenarioImage? {
        guard let name = setting.text("an image's name"), let images else { return nil }
        if let image = images.first(where: { $0.name == name }) { return image }
        let names = images.map(\.name)
        setting.report(
            "is \(name.quoted), which is not among the images: \(names.joined(separator: ", "))",
            suggestion: nearest(to: name, among: names))
        return nil
    }

    private func kindName(_ setting: Setting, among names: [String]) -> String? {
        guard let name = setting.text("a kind's name") else { return nil }
        guard names.contains(name) else {
            let known = names.isEmpty ? "there are none" : names.joined(separator: ", ")
            setting.report(
                "is \(name.quoted), which is not among the kinds: \(known)", suggestion: nearest(to: name, among: names)
            )
            return nil
        }
        return name
    }

    // MARK: Slots and single cards

    private func cards(_ fields: Fields, base: CardFields, group: String, kind: String) -> [ScenarioCard]? {
        let slots = fields.required("slots").flatMap(slots)
        let own = fields["cards"].map { ownFields($0, slots: slots) } ?? [:]
        guard let slots else { return nil }
        return slots.sorted().map { slot in
            (own[slot].map { base.overlaid(by: $0) } ?? base).card(slot: slot, group: group, kind: kind)
        }
    }

    private func slots(_ setting: Setting) -> [UInt16]? {
        let expectation = "slots such as 1-4,7,9-12"
        let parts = setting.isList ? setting.list(expectation) ?? [] : [setting]
        var seen: Set<UInt16> = []
        var slots: [UInt16] = []
        for part in parts {
            guard let text = part.text(expectation) else { return nil }
            do throws(SlotList.Refusal) {
                for slot in try SlotList.parse(text) {
                    if seen.insert(slot).inserted {
                        slots.append(slot)
                    } else {
                        part.report("has slot \(slot) twice")
                    }
                }
            } catch {
                part.report(error.message)
                return nil
            }
        }
        if slots.isEmpty { setting.report("is empty; expected \(expectation)") }
        if slots.count > ScenarioLimits.maximumCards {
            setting.report("has more than \(ScenarioLimits.maximumCards) slots, the most that a shelf has here")
        }
        return slots
    }

    /// - Parameter slots: those of the group; nil when they could not be read.
    private func ownFields(_ setting: Setting, slots: [UInt16]?) -> [UInt16: CardFields] {
        let inGroup = slots.map { Set($0) }
        var own: [UInt16: CardFields] = [:]
        for entry in setting.entries("a mapping of a slot to its card's settings") ?? [] {
            let fields = entry.value.fields(CardFields.keys + ["image"])
            fields?.entry("image")?.report("a group gets one image; one of its cards cannot have another")
            guard let slot = entry.slot(in: ScenarioLimits.slotRange) else { continue }
            if let inGroup, !inGroup.contains(slot) { entry.report("slot \(slot) is not among the group's slots") }
            if own.updateValue(fields.map { CardFields($0) } ?? CardFields(), forKey: slot) != nil {
                entry.report("slot \(slot) stands twice")
            }
        }
        return own
    }
}
