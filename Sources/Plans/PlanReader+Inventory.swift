import Runtime
import Settings

/// A plan's inventory of cards, and the groups that select from it.
extension PlanReader {
    private static let addressKey = "address"
    private static let serialKey = "serial"

    /// `{1: {address: 127.0.0.1:40001, board: rev-b}, 2: 127.0.0.1:40002}`; nil when something is wrong with it.
    func inventory(_ setting: Setting, _ claims: inout CardClaims) -> [InventoryCard]? {
        guard
            let entries = setting.entries(
                "a mapping of slots to addresses and labels, such as {1: {address: 127.0.0.1:40001, type: adsl}}")
        else { return nil }
        guard !entries.isEmpty else {
            setting.report("is empty; expected at least one card")
            return nil
        }
        var cards: [InventoryCard] = []
        for entry in entries {
            let slot = entry.slot(in: PlannedCard.slotRange)
            let card = card(entry.value)
            if let slot, let problem = claims.claim(slot, by: "the plan's own cards") { entry.report(problem) }
            guard let slot, let card else { continue }
            if let problem = claims.claim(card.endpoint, by: slot) { entry.value.report(problem) }
            cards.append(
                InventoryCard(
                    slot: slot, endpoint: card.endpoint, serialNumber: card.serialNumber, labels: card.labels))
        }
        return cards.sorted { $0.slot < $1.slot }
    }

    private func card(_ setting: Setting) -> (endpoint: Endpoint, serialNumber: String?, labels: [CardLabel])? {
        guard setting.isMapping else { return endpoint(setting).map { ($0, nil, []) } }
        guard let entries = setting.entries("a card's address and labels") else { return nil }
        guard let address = entries.first(where: { $0.key == Self.addressKey })?.value else {
            setting.report("lacks the key '\(Self.addressKey)'")
            return nil
        }
        let serialNumber = entries.first { $0.key == Self.serialKey }.map { self.serialNumber($0.value) }
        let labels = labels(entries.filter { ![Self.addressKey, Self.serialKey].contains($0.key) }, of: setting)
        guard let endpoint = self.endpoint(address), let labels else { return nil }
        return (endpoint, serialNumber ?? nil, labels)
    }

    /// `{type: adsl, board: rev-b}`
    ///
    /// - Parameter inventory: nil when it could not be read.
    func selection(_ setting: Setting, inventory: [InventoryCard]?) -> CardSelection? {
        guard let entries = setting.entries("labels that the group's cards have, such as {type: adsl}") else {
            return nil
        }
        if let inventory, inventory.isEmpty {
            setting.report("has no cards to select from; list them at the top of the plan, under cards")
        }
        guard !entries.isEmpty else {
            setting.report("is empty; expected at least one label, such as {type: adsl}")
            return nil
        }
        let known = Set((inventory ?? []).flatMap(\.labels).map(\.name)).union(CardFacts.names)
        if inventory?.isEmpty == false {
            for entry in entries where !known.contains(entry.key) {
                entry.report(
                    "no card has the label \(entry.key.quoted)",
                    suggestion: nearest(to: entry.key, among: known.sorted()))
            }
        }
        return labels(entries, of: setting).map { CardSelection(labels: $0) }
    }

    private func labels(_ entries: [Entry], of setting: Setting) -> [CardLabel]? {
        guard entries.count <= CardLabel.maximumCount else {
            setting.report("has \(entries.count) labels; at most \(CardLabel.maximumCount) are allowed")
            return nil
        }
        let labels = entries.map { entry -> CardLabel? in
            guard let name = entry.name(), let value = entry.value.text("a label's value") else { return nil }
            return CardLabel(name: name.description, value: value)
        }
        return labels.contains { $0 == nil } ? nil : labels.compactMap { $0 }
    }
}
