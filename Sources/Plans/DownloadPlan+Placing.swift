package import Settings

/// From an inventory and what groups select to groups with cards.
extension DownloadPlan {
    /// The cards that must be asked what they are before it is known whose they are.
    package var cardsToAsk: [InventoryCard] {
        inventory.filter { card in groups.contains { $0.selection?.match(card, nil) == .unknown } }
    }

    /// Puts each card of the inventory into the group that selects it.
    ///
    /// - Parameters:
    ///   - facts: what the cards that were asked have answered, by slot.
    ///   - silence: why a card has not answered, by slot.
    /// - Returns: the slots that no group selects.
    /// - Throws: cards that several groups select; when no group has got a card.
    package mutating func place(facts: [UInt16: CardFacts], silence: [UInt16: String]) throws(SettingsError) -> [Int] {
        guard !inventory.isEmpty else { return [] }
        var problems: [Diagnostic] = []
        var left: [Int] = []
        unplaced = []
        for card in inventory {
            let matches = groups.map { $0.selection?.match(card, facts[card.slot]) ?? .no }
            let chosen = matches.indices.filter { matches[$0] == .yes }
            if chosen.count > 1 {
                let names = chosen.map { groups[$0].name }.joined(separator: ", ")
                let message = "is selected by several groups (\(names)); a card is in one group only"
                problems.append(Diagnostic(file: "slot \(card.slot)", message: message))
            } else if let index = chosen.first {
                groups[index].cards.append(
                    PlannedCard(slot: card.slot, endpoint: card.endpoint, serialNumber: card.serialNumber))
            } else if matches.contains(.unknown) {
                let reason = silence[card.slot] ?? "it has not answered"
                unplaced.append(UnplacedCard(slot: Int(card.slot), reason: "asked for its type and version: \(reason)"))
            } else {
                left.append(Int(card.slot))
            }
        }
        for index in groups.indices { groups[index].cards.sort { $0.slot < $1.slot } }
        if groups.allSatisfy(\.cards.isEmpty) && unplaced.isEmpty && problems.isEmpty {
            problems.append(Diagnostic(file: "cards", message: "no group selects any of the plan's cards"))
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        return left
    }
}

/// A card of which nobody knows to which group it belongs.
package struct UnplacedCard: Equatable, Sendable {
    package var slot: Int
    package var reason: String

    package init(slot: Int, reason: String) {
        self.slot = slot
        self.reason = reason
    }
}
