import Faults
import Reports
import Scenarios
import ShelfModel

/// Holds a run's report against what its scenario expects, and against the rules that hold in every run.
struct Judge {
    let scenario: Scenario
    let record: RunRecord

    /// Sets `passed` and `failures`.
    ///
    /// - Parameter problems: what was found wrong beside the report, a sentence each.
    func judge(_ report: inout RunReport, problems: [String]) {
        var failures = problems
        let actFailures = record.acts.flatMap { self.failures(of: $0) }
        failures += actFailures
        failures += cardFailures(report)
        failures += orderFailures
        failures += scenario.expectation.metrics.compactMap { metric in
            // How fast a download was says nothing where it did not take place.
            actFailures.isEmpty || !metric.metric.comparesWays ? failure(of: metric, in: report) : nil
        }
        failures += record.unfired.map { placed in
            "the fault \(placed.fault.action.name) (number \(placed.number + 1)) never fired: is its cue ever reached? "
                + "(optional: true lets it be)"
        }
        failures += record.violations
        report.failures = failures
        report.passed = failures.isEmpty
    }

    // MARK: Acts

    private func failures(of ended: RunRecord.Act) -> [String] {
        var failures = secondFailures(ended)
        // Nobody was left to report.
        guard !ended.isAbandoned else { return failures }
        let (act, exit) = (ended.act, ended.act.step.exit)
        if let running = act.step.running { failures += versionFailures(ended, running) }
        guard ended.hasSucceeded != (exit == .success) else { return failures }
        let place = record.acts.count > 1 ? "act \(act.number + 1), \(act.name): " : ""
        if exit == .failure {
            return failures + [
                "\(place)it was expected to fail, and every card \(act.step.act == .download ? "has the image" : "did it")"
            ]
        }
        let wrong = wrongCards(of: ended)
        let groups = Self.alike(wrong)
        failures += groups.map { cards in
            "\(place)\(Self.names(of: cards.map(\.slot))) expected to succeed, and \(cards[0].text)"
                + explanation(ofSlot: cards[0].slot)
        }
        if wrong.isEmpty { failures.append("\(place)it was expected to succeed, and \(ended.ending ?? "did not")") }
        return failures
    }

    private struct WrongCard {
        var slot: Int
        var text: String
    }

    private func wrongCards(of ended: RunRecord.Act) -> [WrongCard] {
        guard let report = ended.report else {
            return ended.statuses.filter { !$0.isDone }.map {
                WrongCard(slot: $0.slot, text: "did not: \($0.reason ?? "")")
            }
        }
        return report.cards.filter { !$0.outcome.hasImage }.map {
            WrongCard(slot: $0.slot, text: "\($0.outcome.rawValue): \($0.reason ?? "")")
        }
    }

    private func versionFailures(_ ended: RunRecord.Act, _ expected: String) -> [String] {
        guard let report = ended.report else { return [] }
        let others = report.cards.filter { $0.softwareVersion != expected }
        guard !others.isEmpty else { return [] }
        let seen = Set(others.map { $0.softwareVersion ?? "nothing" }).sorted().joined(separator: ", ")
        return [
            "after \(ended.act.name) every card was expected to run \(expected), and "
                + "\(ReportText.ranges(others.map(\.slot))) run \(seen)"
        ]
    }

    /// Two CEs on one card: the second is refused.
    private func secondFailures(_ ended: RunRecord.Act) -> [String] {
        guard let second = ended.secondReport else { return [] }
        let taken = second.cards.filter { $0.outcome == .success }
        return taken.isEmpty
            ? []
            : ["a second CE was to be refused, and \(Self.names(of: taken.map(\.slot))) served by it, too"]
    }

    // MARK: Words

    /// Cards of which the same is to be said together, in the order of their first slots.
    private static func alike(_ cards: [WrongCard]) -> [[WrongCard]] {
        var groups: [[WrongCard]] = []
        for card in cards {
            if let index = groups.firstIndex(where: { $0[0].text == card.text }) {
                groups[index].append(card)
            } else {
                groups.append([card])
            }
        }
        return groups
    }

    static func names(of slots: [Int]) -> String {
        slots.count == 1 ? "slot \(slots[0]) was" : "slots \(ReportText.ranges(slots)) were"
    }

    /// The last few events of a card, which tell how it came.
    func explanation(ofSlot slot: Int) -> String {
        let own = record.events.filter { $0.slot == slot || ($0.slot == nil && $0.name.hasPrefix("server")) }.suffix(4)
        guard !own.isEmpty else { return "" }
        let texts = own.map { "\(ReportText.duration($0.at.secondsForText)) \($0.name)" }
        return " [\(texts.joined(separator: "; "))]"
    }
}

extension Duration {
    var secondsForText: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
