import Runtime

/// What a fault hits.
package enum FaultTarget: Equatable, Sendable {
    case slots([UInt16])
    /// Every card of the shelf.
    case all
    case group(String)
    /// So many cards of the shelf, drawn from the seed.
    case random(Int)
    case server
    case ce

    /// The cards that it hits.
    ///
    /// - Parameter cards: all of the shelf, with their groups.
    package func slots(among cards: [(slot: UInt16, group: String)], seed: UInt64) -> [UInt16] {
        switch self {
        case .slots(let slots): return slots
        case .all: return cards.map(\.slot)
        case .group(let name): return cards.filter { $0.group == name }.map(\.slot)
        case .random(let count):
            var random = SplitMix64(seed: seed)
            var left = cards.map(\.slot)
            var drawn: [UInt16] = []
            while drawn.count < count, !left.isEmpty {
                drawn.append(left.remove(at: Int(random.next() % UInt64(left.count))))
            }
            return drawn.sorted()
        case .server, .ce: return []
        }
    }
}
