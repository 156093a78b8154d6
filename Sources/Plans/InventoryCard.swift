package import Runtime

/// A card of the shelf, with what the plan says of it; a group selects it by that.
package struct InventoryCard: Equatable, Sendable {
    /// From 1.
    package var slot: UInt16
    package var endpoint: Endpoint
    /// What the card's certificate must say; nil: any.
    package var serialNumber: String?
    /// In the order of the file; no name stands twice.
    package var labels: [CardLabel]

    package init(slot: UInt16, endpoint: Endpoint, serialNumber: String? = nil, labels: [CardLabel] = []) {
        self.serialNumber = serialNumber
        self.slot = slot
        self.endpoint = endpoint
        self.labels = labels
    }
}

/// Something that is said of a card: `board: rev-b`.
package struct CardLabel: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// What a card is asked for where the plan does not say it: its hardware type, and the version that it runs.
    package static let type = "type"
    package static let version = "version"
    /// More than anybody sorts cards by.
    package static let maximumCount = 16
}

/// Which cards of the inventory are a group's: those with all of these labels.
package struct CardSelection: Equatable, Sendable {
    package var labels: [CardLabel]

    package init(labels: [CardLabel]) {
        self.labels = labels
    }

    package enum Match: Equatable, Sendable {
        case yes, no
        /// The card must be asked first.
        case unknown
    }

    /// - Parameter facts: what the card has said of itself; nil when it was not asked, or has not answered.
    package func match(_ card: InventoryCard, _ facts: CardFacts?) -> Match {
        var match = Match.yes
        for label in labels {
            if let value = card.labels.first(where: { $0.name == label.name })?.value ?? facts?.value(of: label.name) {
                if value != label.value { return .no }
            } else if facts == nil && CardFacts.names.contains(label.name) {
                match = .unknown
            } else {
                return .no
            }
        }
        return match
    }
}

/// What a card says of itself that a group may select it by.
package struct CardFacts: Equatable, Sendable {
    package var type: String
    /// That it runs.
    package var version: String

    package init(type: String, version: String) {
        self.type = type
        self.version = version
    }

    static let names = [CardLabel.type, CardLabel.version]

    func value(of name: String) -> String? {
        switch name {
        case CardLabel.type: type
        case CardLabel.version: version
        default: nil
        }
    }
}
