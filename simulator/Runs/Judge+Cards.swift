import Reports
import Scenarios
import ShelfModel

/// What is expected of single cards, and of the order of events.
extension Judge {
    func cardFailures(_ report: RunReport) -> [String] {
        guard !scenario.expectation.cards.isEmpty, let last = record.lastReport else { return [] }
        var groups: [(text: String, slots: [Int])] = []
        for card in last.cards {
            let expected = scenario.expectation.expectation(ofSlot: UInt16(card.slot), group: card.group)
            for text in differences(of: card, from: expected) {
                if let index = groups.firstIndex(where: { $0.text == text }) {
                    groups[index].slots.append(card.slot)
                } else {
                    groups.append((text, [card.slot]))
                }
            }
        }
        return groups.map { group in
            let names = group.slots.count == 1 ? "slot \(group.slots[0])" : "slots \(ReportText.ranges(group.slots))"
            return "\(names): \(group.text)\(explanation(ofSlot: group.slots[0]))"
        }
    }

    private func differences(of card: CardReport, from expected: CardExpectation) -> [String] {
        var found: [String] = []
        func expect(_ what: String, _ wanted: String?, _ seen: String?, because reason: String? = nil) {
            guard let wanted, wanted != seen else { return }
            found.append(
                "\(what) \(wanted) was expected, and it is \(seen ?? "unknown")" + (reason.map { ": \($0)" } ?? ""))
        }
        expect("outcome", expected.outcome?.rawValue, card.outcome.rawValue, because: card.reason)
        let life = record.lives[card.slot]
        let state = record.hasGoneOn ? life?.state : card.state ?? (card.outcome.hasImage ? .staged : nil)
        // A card that has not got the image is in no state of it.
        expect("state", expected.state?.rawValue, (state ?? .failed).scenarioName, because: card.reason)
        let isSame = !record.differences.contains { $0.slot == card.slot }
        expect("a digest that", expected.digest?.rawValue, isSame ? "matches" : "differs")
        expect("detached", expected.isDetached.map { "\($0)" }, "\(card.isDetached)")
        expect("source", expected.source?.rawValue, card.source)
        expect("running", expected.running, (record.hasGoneOn ? nil : card.softwareVersion) ?? life?.runningVersion)
        if let part = expected.reason, card.reason?.contains(part) != true,
            card.rolledBackReason?.contains(part) != true
        {
            found.append("a reason with '\(part)' was expected, and it is \(card.reason.map { "'\($0)'" } ?? "none")")
        }
        if let bound = expected.restarts, !bound.holds(record.restarts[card.slot] ?? 0) {
            found.append("restarts \(bound) was expected, and it is \(record.restarts[card.slot] ?? 0)")
        }
        return found
    }

    /// The first event of the expected order that did not come.
    var orderFailures: [String] {
        var rest = record.events[...]
        let order = scenario.expectation.order.filter { record.hasEngineEvents || !$0.isOfEngine }
        for (index, pattern) in order.enumerated() {
            guard let place = rest.firstIndex(where: { pattern.matches($0.name, slot: $0.slot) }) else {
                let before = index > 0 ? " after '\(order[index - 1])'" : ""
                let seen = record.events.filter { pattern.matches($0.name, slot: $0.slot) }
                let instead =
                    seen.isEmpty
                    ? "it never came"
                    : "it came at \(ReportText.duration(seen[0].at.secondsForText)) only"
                return ["the event '\(pattern)' was expected\(before), and \(instead)"]
            }
            rest = rest[(place + 1)...]
        }
        return []
    }
}

extension EventPattern {
    fileprivate func matches(_ name: String, slot: Int?) -> Bool {
        name == self.name && (self.slot == nil || self.slot.map(Int.init) == slot)
    }
}

extension CardState {
    /// As scenarios name it.
    fileprivate var scenarioName: String {
        switch self {
        case .rolledBack: CardExpectation.State.rolledBack.rawValue
        default: rawValue
        }
    }
}
