import Reports
import ShelfModel

extension RunFacts {
    /// - Parameter wear: of each card's flash, by slot.
    init(_ shelf: ShelfDescription, request: RunRequest, wear: [Int: [Int]]) {
        self.init(
            limits: shelf.groups.map(\.limits),
            cards: shelf.groups.flatMap(\.cardFacts).sorted { $0.slot < $1.slot }.map { card in
                var card = card
                card.wear = wear[card.slot] ?? []
                return card
            },
            environment: RunEnvironment.facts(program: request.program, clock: request.clock))
    }

    /// In a report all cards' wear together takes no more numbers.
    private static let mostWearParts = 6400
    private static let mostWearPartsOfCard = 64

    /// In how many parts a card's wear is told.
    static func wearParts(cardCount: Int) -> Int {
        max(1, min(mostWearPartsOfCard, mostWearParts / max(1, cardCount)))
    }
}
