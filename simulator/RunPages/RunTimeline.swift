package import Reports

/// A run over time: what its events come to. A trace and a report's page are made from it.
package struct RunTimeline: Equatable, Sendable {
    /// The last event's time.
    package var seconds = 0.0
    /// By slot.
    package var cards: [CardLane] = []
    /// In the order of their starts.
    package var groups: [GroupLane] = []
    /// What was done to the shelf, the server, or a card.
    package var faults: [TimelineMark] = []

    package func card(_ slot: Int) -> CardLane? { cards.first { $0.slot == slot } }
}

/// One card's time.
package struct CardLane: Equatable, Sendable {
    package struct Span: Equatable, Sendable {
        package var start: Double
        package var end: Double
        package var activity: Activity

        package var seconds: Double { end - start }
    }

    package let slot: Int
    package let group: String
    /// Without gaps, from the first event of the card to its last.
    package var spans: [Span] = []
    package var marks: [TimelineMark] = []
    package var outcome: Outcome?
    package var reason: String?
    package var endSeconds: Double?
    /// What it cost the others before each time that it was detached.
    package var costSeconds = 0.0
    package var firstDetachedSeconds: Double?
    /// The slots that it read from, each once.
    package var donors: [Int] = []
    /// For how long it waited for each, in all, as the last sample had it.
    package var serverWaitSeconds = 0.0
    package var poolWaitSeconds = 0.0
    package var cardWaitSeconds = 0.0

    /// For how long it did something, in all.
    package func seconds(of activity: Activity) -> Double {
        spans.reduce(0) { $0 + ($1.activity == activity ? $1.seconds : 0) }
    }
}

/// One group's time.
package struct GroupLane: Equatable, Sendable {
    package struct PoolPoint: Equatable, Sendable {
        package var seconds: Double
        package var usedBytes: Int
        package var budgetBytes: Int
        package var depth: Int
    }

    package struct BytesPoint: Equatable, Sendable {
        package var seconds: Double
        package var bytes: Double
    }

    package let name: String
    package let imageBytes: UInt64
    package let startSeconds: Double
    package var endSeconds: Double?
    package var pool: [PoolPoint] = []
    /// What the server had delivered.
    package var server: [BytesPoint] = []
    /// What all cards together had in flash.
    package var flash: [BytesPoint] = []
    /// When the image's source was open.
    package var transfers: [ClosedRange<Double>] = []
    package var marks: [TimelineMark] = []
}

/// Something at a moment of a timeline.
package struct TimelineMark: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case fault, detached, back, lost, failed, donor, process, source
    }

    package var seconds: Double
    package var kind: Kind
    package var slot: Int?
    package var text: String
}
