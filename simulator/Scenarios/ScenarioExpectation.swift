/// What must come out for the scenario to pass.
package struct ScenarioExpectation: Equatable, Sendable {
    package enum Exit: String, CaseIterable, Sendable {
        case success, failure
    }

    /// How `ce` ends, where the scenario has no steps.
    package var exit: Exit
    /// All of which must hold.
    package var metrics: [MetricExpectation]
    /// The version that the program of every card must say of itself; nil: whichever.
    package var running: String?
    /// In the order of the file: a later one is laid over an earlier one, field by field.
    package var cards: [SelectedCards]
    /// Events that must be seen in this order; others may come between them.
    package var order: [EventPattern]

    package init(
        exit: Exit, metrics: [MetricExpectation], running: String? = nil, cards: [SelectedCards] = [],
        order: [EventPattern] = []
    ) {
        self.exit = exit
        self.metrics = metrics
        self.running = running
        self.cards = cards
        self.order = order
    }

    /// What must come of one card: `all` < its group < its slot.
    package func expectation(ofSlot slot: UInt16, group: String) -> CardExpectation {
        func layer(_ applies: (CardExpectation.Selection) -> Bool) -> CardExpectation {
            cards.filter { applies($0.selection) }.map(\.expectation).reduce(CardExpectation()) { $0.overlaid(by: $1) }
        }
        let all = layer { $0 == .all }
        let ofGroup = layer { $0 == .group(group) }
        let own = layer { if case .slots(let slots) = $0 { slots.contains(slot) } else { false } }
        return all.overlaid(by: ofGroup).overlaid(by: own)
    }
}

/// Some cards, and what must come of them.
package struct SelectedCards: Equatable, Sendable {
    package var selection: CardExpectation.Selection
    package var expectation: CardExpectation

    package init(selection: CardExpectation.Selection, expectation: CardExpectation) {
        self.selection = selection
        self.expectation = expectation
    }
}

/// A number of the run's report.
package enum Metric: String, CaseIterable, Sendable {
    case elapsed
    case efficiency
    case groupEfficiency = "group_efficiency"
    case speedup
    case speedupPipelined = "speedup_pipelined"
    case poolPeak = "pool_peak"
    case serverSessions = "server_sessions"
    case serverBytes = "server_bytes"
    case donorBytes = "donor_bytes"
    /// What cards were sent beyond one image each.
    case resentBytes = "resent_bytes"
    case detached
    case restarts
    /// The most erase cycles of any block.
    case wear
    case resident = "ce_rss"
    case anonymous = "ce_anonymous"

    package enum Unit: Equatable, Sendable {
        case seconds, ratio, bytes, count
    }

    package var unit: Unit {
        switch self {
        case .elapsed: .seconds
        case .efficiency, .groupEfficiency, .speedup, .speedupPipelined: .ratio
        case .poolPeak, .serverBytes, .donorBytes, .resentBytes, .resident, .anonymous: .bytes
        case .serverSessions, .detached, .restarts, .wear: .count
        }
    }

    /// For the reference page.
    package var meaning: String {
        switch self {
        case .elapsed: "from the start of the download to its end"
        case .efficiency: "the lower bound divided by the elapsed time"
        case .groupEfficiency: "the lowest of the groups' own efficiencies"
        case .speedup: "the serial baseline's time divided by the elapsed time"
        case .speedupPipelined: "the pipelined serial baseline's time divided by the elapsed time"
        case .poolPeak: "the most of the pool that was in use at once"
        case .serverSessions: "how often the image was fetched from the server"
        case .serverBytes: "how many bytes the server sent"
        case .donorBytes: "what was read back from cards for others"
        case .resentBytes: "what cards were sent beyond one image each"
        case .detached: "how many cards were taken out of the window"
        case .restarts: "how often cards were started again, all together"
        case .wear: "the most erase cycles of any block of any card"
        case .resident: "the most memory of `ce` that was resident"
        case .anonymous: "the most anonymous memory of `ce`, the pool included"
        }
    }
}
