package import Reports

/// What somebody who looks at a run for the first time should be told, in sentences: how it ended, what set its pace, which card was
/// slow or failed, why, and what that cost.
package struct RunFindings {
    let report: RunReport
    let timeline: RunTimeline

    package init(_ report: RunReport, _ timeline: RunTimeline) {
        self.report = report
        self.timeline = timeline
    }

    /// A card that takes so much longer than most is called slow …
    private static let slowShare = 1.1
    /// … when a person would notice.
    private static let slowSeconds = 0.2
    /// The first ones explain.
    private static let mostSentences = 12

    // MARK: The whole

    package var verdict: String {
        let cards = report.cards
        let good = cards.filter { $0.outcome == .success || $0.outcome == .skipped }
        var text = report.passed ? "PASSED: " : "FAILED: "
        if cards.isEmpty {
            text += "there was no card."
        } else if good.count == cards.count {
            text += cards.count == 1 ? "the card has" : "all \(cards.count) cards have"
            text += " the image, \(ReportText.duration(report.elapsedSeconds)) after the start"
            text += good.allSatisfy(\.digestIsOK) ? ", every flash compared byte for byte." : "."
        } else {
            let others = cards.filter { !good.contains($0) }.map(\.slot)
            text += "\(good.count) of \(cards.count) cards have the image, slot\(others.count == 1 ? "" : "s") "
            text += "\(ReportText.ranges(others)) \(others.count == 1 ? "has" : "have") not."
        }
        if report.efficiency > 0 {
            text += " At least \(ReportText.duration(report.lowerBoundSeconds)) are needed whatever one does: "
            text += "that is \(ReportText.percent(report.efficiency)) of what is possible."
        }
        if report.mode == .parallel, let speedup = report.speedup, report.efficiency > 0 {
            text += " Card by card it would have taken \(ReportText.fixed(speedup, 1)) times as long."
        }
        let count = report.failures.count
        if count > 0 { text += " \(ReportText.count(count, "expectation")) \(count == 1 ? "was" : "were") not met." }
        return text
    }

    /// What the run could not be faster than, by group.
    package var pace: [String] {
        (report.facts?.limits ?? []).compactMap { limits in
            let parts = [
                (limits.serverSeconds, "the server's link"), (limits.linkSeconds, "the slowest card's link"),
                (limits.flashSeconds, "the slowest card's flash"),
            ]
            guard let most = parts.max(by: { $0.0 < $1.0 }), most.0 > 0 else { return nil }
            let others = parts.filter { $0.1 != most.1 && $0.0 > 0 }
                .map { "\($0.1) only \(ReportText.duration($0.0))" }
            let name = report.groups.count > 1 ? "Group \(limits.group): " : ""
            let rest = others.isEmpty ? "" : "; \(others.joined(separator: ", "))"
            return
                "\(name)What sets the pace is \(most.1): it needs \(ReportText.duration(most.0)) for the image\(rest)."
        }
    }

    // MARK: Cards

    /// Those that stand out, the worst first: failed, detached, lost, slow.
    package var notedSlots: [Int] {
        let failed = report.cards.filter { isFailed($0) }.map(\.slot)
        let slow = slowCards.map(\.slot)
        let marked = timeline.cards.filter { $0.firstDetachedSeconds != nil || $0.seconds(of: .lost) > 0 }.map(\.slot)
        var slots: [Int] = []
        for slot in failed + slow + marked where !slots.contains(slot) { slots.append(slot) }
        return slots
    }

    /// A sentence or two for each of them.
    package var cards: [String] {
        let sentences = notedSlots.compactMap { slot in report.cards.first { $0.slot == slot }.map(sentence) }
        let rest = sentences.count - Self.mostSentences
        let shown = Array(sentences.prefix(Self.mostSentences))
        if sentences.isEmpty, report.cards.count > 1 {
            return ["No card stands out: they ended within \(ReportText.duration(spread)) of each other."]
        }
        return shown + (rest > 0 ? ["\(ReportText.count(rest, "more card")) stand out; see the timeline."] : [])
    }

    private var spread: Double {
        let times = report.cards.map(\.elapsedSeconds)
        return (times.max() ?? 0) - (times.min() ?? 0)
    }

    private func isFailed(_ card: CardReport) -> Bool { card.outcome != .success && card.outcome != .skipped }

    private func median(of group: String) -> Double {
        let times = report.cards.filter { $0.group == group && !isFailed($0) }.map(\.elapsedSeconds).sorted()
        return times.isEmpty ? 0 : times[(times.count - 1) / 2]
    }

    private var slowCards: [CardReport] {
        // One card after the other: each is later than the one before, and none is slow for that.
        guard report.mode == .parallel else { return [] }
        let medians = Dictionary(uniqueKeysWithValues: Set(report.cards.map(\.group)).map { ($0, median(of: $0)) })
        return report.cards.filter { card in
            let median = medians[card.group]!
            return !isFailed(card) && card.elapsedSeconds > median * Self.slowShare
                && card.elapsedSeconds > median + Self.slowSeconds
        }.sorted { ($1.elapsedSeconds, $0.slot) < ($0.elapsedSeconds, $1.slot) }
    }

    private func sentence(_ card: CardReport) -> String {
        let lane = timeline.card(card.slot)
        var parts: [String] = []
        if isFailed(card) {
            let time = ReportText.duration(lane?.endSeconds ?? card.elapsedSeconds)
            parts.append(
                "Slot \(card.slot) \(card.outcome.rawValue) after \(time): \(card.reason ?? "no reason was given").")
        } else {
            let median = median(of: card.group)
            parts.append(
                "Slot \(card.slot) took \(ReportText.duration(card.elapsedSeconds)), most others \(ReportText.duration(median))."
            )
            if let reason = slowness(card, lane) { parts.append(reason) }
        }
        parts += faults(card.slot)
        parts.append(cost(card, lane))
        return parts.joined(separator: " ")
    }

    /// Why it took longer than most.
    private func slowness(_ card: CardReport, _ lane: CardLane?) -> String? {
        let facts = report.facts?.cards ?? []
        if let own = facts.first(where: { $0.slot == card.slot }) {
            let group = Set(report.cards.filter { $0.group == card.group }.map(\.slot))
            let others = facts.filter { group.contains($0.slot) }
            let flash = Self.median(others.map(\.flashSeconds))
            let link = Self.median(others.map(\.linkSeconds))
            if own.flashSeconds > flash * Self.slowShare {
                return
                    "Its flash alone needs \(ReportText.duration(own.flashSeconds)) for the image, that of most others "
                    + "\(ReportText.duration(flash))."
            }
            if own.linkSeconds > max(link, flash) * Self.slowShare {
                return
                    "Its link alone needs \(ReportText.duration(own.linkSeconds)) for the image, that of most others "
                    + "\(ReportText.duration(link))."
            }
        }
        guard let lane else { return nil }
        if lane.seconds(of: .lost) > 0 {
            return "It was lost for \(ReportText.duration(lane.seconds(of: .lost)))."
        }
        let most = lane.spans.filter { $0.activity != .sending }.reduce(into: [Activity: Double]()) {
            $0[$1.activity, default: 0] += $1.seconds
        }.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
        return most.map { "Most of the time it was \($0.key.label) (\(ReportText.duration($0.value)))." }
    }

    private func faults(_ slot: Int) -> [String] {
        let own = timeline.faults.filter { $0.slot == slot }
        guard let first = own.first else { return [] }
        let more = own.count > 1 ? " and \(own.count - 1) more" : ""
        return ["The scenario did it: \(first.text) at \(ReportText.duration(first.seconds))\(more)."]
    }

    private func cost(_ card: CardReport, _ lane: CardLane?) -> String {
        guard report.mode == .parallel else { return "" }
        if let lane, let detached = lane.firstDetachedSeconds {
            let from =
                lane.donors.isEmpty
                ? "" : ", read back from slot\(lane.donors.count == 1 ? "" : "s") \(ReportText.ranges(lane.donors))"
            return
                "It cost the others \(ReportText.duration(lane.costSeconds)): then, \(ReportText.duration(detached)) after the "
                + "start, it was detached and served by itself\(from)."
        }
        return "It was never detached: it cost the others less than their allowance."
    }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[(values.count - 1) / 2]
    }
}
