/// Where a group's time went, as parts of its elapsed time: they add up to 1.
package struct TimeReport: Codable, Equatable, Sendable {
    /// Half of the cards or more waited for what the server, or whoever gives the image, had not delivered.
    package var serverBound: Double
    /// Half of the cards or more waited for what the pool had no room for: more memory would have helped.
    package var poolBound: Double
    /// The cards' own work: flash, links, preparation and verification; also what few cards kept the others waiting for.
    package var cardBound: Double
    /// For how long a block lay in the pool, on average, until every card had taken it.
    package var blockDwellSeconds: Double

    /// - Parameters:
    ///   - serverSeconds, poolSeconds: what of the elapsed time was waited for the one and the other.
    ///   - dwellSeconds: the sum over all blocks.
    package init(
        elapsedSeconds: Double, serverSeconds: Double, poolSeconds: Double, dwellSeconds: Double, blockCount: Int
    ) {
        func part(_ seconds: Double) -> Double { elapsedSeconds > 0 ? min(1, seconds / elapsedSeconds) : 0 }
        serverBound = part(serverSeconds)
        poolBound = min(1 - serverBound, part(poolSeconds))
        cardBound = 1 - serverBound - poolBound
        blockDwellSeconds = blockCount > 0 ? dwellSeconds / Double(blockCount) : 0
    }

    enum CodingKeys: String, CodingKey {
        case serverBound = "server_bound"
        case poolBound = "pool_bound"
        case cardBound = "card_bound"
        case blockDwellSeconds = "block_dwell_s"
    }

    /// A card that holds the oldest block for more than its even share, this many times, is named.
    private static let notableFactor = 2.0
    /// … if it is this part of the elapsed time.
    private static let notablePart = 0.05

    /// One line for a person.
    ///
    /// - Parameters:
    ///   - cards: the group's.
    ///   - elapsedSeconds: the group's.
    package func line(cards: [CardReport], elapsedSeconds: Double) -> String {
        var line =
            "time: \(ReportText.percent(serverBound)) server-bound, \(ReportText.percent(poolBound)) pool-bound, "
            + "\(ReportText.percent(cardBound)) card-bound"
        let even = cards.reduce(0) { $0 + $1.heldOldestSeconds } / Double(max(1, cards.count))
        let notable = cards.filter {
            cards.count > 1 && $0.heldOldestSeconds >= Self.notableFactor * even
                && $0.heldOldestSeconds >= Self.notablePart * elapsedSeconds
        }
        if let first = notable.max(by: { $0.heldOldestSeconds < $1.heldOldestSeconds }) {
            line +=
                " (\(ReportText.percent(first.heldOldestSeconds / elapsedSeconds)) of the time slot \(first.slot) held the "
                + "oldest block\(notable.count > 1 ? ", and \(notable.count - 1) more stand out" : ""))"
        }
        return line
    }
}
