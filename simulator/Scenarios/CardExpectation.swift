/// What must come of cards; nil where the scenario is silent.
package struct CardExpectation: Equatable, Sendable {
    package enum Selection: Equatable, Sendable {
        case all
        case group(String)
        case slots([UInt16])
    }

    package enum Digest: String, CaseIterable, Sendable {
        case matches, differs
    }

    package enum Source: String, CaseIterable, Sendable {
        case server, donor
        case both = "server+donor"
    }

    package enum Ending: String, CaseIterable, Sendable {
        case success, skipped, failed, aborted
    }

    package enum State: String, CaseIterable, Sendable {
        case staged, activated, committed
        case rolledBack = "rolled-back"
        case failed, unknown
    }

    package var outcome: Ending?
    package var state: State?
    /// A part of the reason.
    package var reason: String?
    /// What the harness itself finds in the card's flash.
    package var digest: Digest?
    /// How often the card was started again.
    package var restarts: CountBound?
    package var isDetached: Bool?
    package var source: Source?
    /// The version of which the program that answers says that it is.
    package var running: String?

    package init() {}

    /// This one with `other` laid over it, field by field.
    package func overlaid(by other: CardExpectation) -> CardExpectation {
        var result = self
        result.outcome = other.outcome ?? outcome
        result.state = other.state ?? state
        result.reason = other.reason ?? reason
        result.digest = other.digest ?? digest
        result.restarts = other.restarts ?? restarts
        result.isDetached = other.isDetached ?? isDetached
        result.source = other.source ?? source
        result.running = other.running ?? running
        return result
    }
}

/// A bound on a count: `2`, `>= 1`.
package struct CountBound: Equatable, Sendable, CustomStringConvertible {
    package var comparison: MetricExpectation.Comparison
    package var count: Int

    package init?(_ text: String) {
        let comparison = MetricExpectation.Comparison.allCases.first { text.hasPrefix($0.rawValue) }
        let rest = text.dropFirst(comparison?.rawValue.count ?? 0).drop { $0 == " " }
        guard !rest.isEmpty, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(rest) else {
            return nil
        }
        self.comparison = comparison ?? .equal
        self.count = count
    }

    package func holds(_ seen: Int) -> Bool { comparison.holds(Double(seen), Double(count)) }

    package var description: String { comparison == .equal ? "\(count)" : "\(comparison.rawValue) \(count)" }
}
