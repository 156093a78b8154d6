package import Events
import Reports

/// Makes a timeline from events, in their order.
package struct TimelineBuilder {
    private var timeline = RunTimeline()
    private var indices: [Int: Int] = [:]
    private var open: [Int: OpenSpan] = [:]
    private var groupOfSlot: [Int: String] = [:]
    private var flashBytes: [String: [Int: UInt64]] = [:]

    /// What a card is at, and up to where its spans are told.
    private struct OpenSpan {
        var since: Double
        var activity: Activity
        var isReceiving = false
        var last: CardSample?
    }

    package static func timeline(of events: [RunEvent]) -> RunTimeline {
        var builder = TimelineBuilder()
        for event in events { builder.note(event) }
        return builder.finished()
    }

    private mutating func note(_ event: RunEvent) {
        let time = event.seconds
        timeline.seconds = max(timeline.seconds, time)
        switch event.kind {
        case .groupStarted(let opening): start(opening, at: time)
        case .groupEnded(let name): change(name) { $0.endSeconds = time }
        case .sourceOpened(let name): change(name) { $0.transfers.append(time...time) }
        case .sourceVerified(let name): close(name, at: time)
        case .sourceInterrupted(let name, let reason), .sourceFailed(let name, let reason):
            close(name, at: time)
            change(name) { $0.marks.append(TimelineMark(seconds: time, kind: .source, text: reason)) }
            if case .sourceInterrupted = event.kind { change(name) { $0.transfers.append(time...time) } }
        case .sample(let sample): take(sample, at: time)
        case .cardPhase(let slot, let phase): change(slot, to: phase, at: time)
        case .cardDetached(let slot, let cost, _): detach(slot, cost, at: time)
        case .cardDonor(let slot, let donor):
            lane(slot) { if let donor, !$0.donors.contains(donor) { $0.donors.append(donor) } }
        case .cardEnded(let slot, let outcome, let reason): end(slot, outcome, reason, at: time)
        case .cardActivation(let slot, let phase, _): activate(slot, phase, at: time)
        case .cardRolledOut(let slot, _, _): close(slot, at: time)
        case .fault(let mark):
            let text =
                ([mark.target, mark.what] + (mark.phase == .happens ? [] : [mark.phase.rawValue])
                + (mark.detail.map { [$0] } ?? [])).joined(separator: " ")
            timeline.faults.append(TimelineMark(seconds: time, kind: .fault, slot: mark.slot, text: text))
        case .cardProcess(let slot, let state, let detail):
            this(slot, .process, "process \(state)\(detail.map { ": \($0)" } ?? "")", at: time)
        case .donorLeft(let slot, let state, let reason):
            this(slot, .donor, "as a donor it is \(state): \(reason)", at: time)
        case .streamOpened, .waveStarted, .rolloutStopped: break
        }
    }

    // MARK: Groups

    private mutating func start(_ opening: GroupOpening, at time: Double) {
        if !timeline.groups.contains(where: { $0.name == opening.name }) {
            timeline.groups.append(
                GroupLane(name: opening.name, imageBytes: opening.imageBytes, startSeconds: time))
        }
        for slot in opening.slots where indices[slot] == nil {
            indices[slot] = timeline.cards.count
            groupOfSlot[slot] = opening.name
            timeline.cards.append(CardLane(slot: slot, group: opening.name))
        }
    }

    private mutating func change(_ name: String, _ body: (inout GroupLane) -> Void) {
        guard let index = timeline.groups.firstIndex(where: { $0.name == name }) else { return }
        body(&timeline.groups[index])
    }

    private mutating func close(_ name: String, at time: Double) {
        change(name) { group in
            guard let last = group.transfers.last else { return }
            group.transfers[group.transfers.count - 1] = last.lowerBound...max(last.lowerBound, time)
        }
    }

    private mutating func take(_ sample: GroupSample, at time: Double) {
        for card in sample.cards {
            flashBytes[sample.group, default: [:]][card.slot] = card.flashBytes
            note(card, at: time)
        }
        let total = flashBytes[sample.group, default: [:]].values.reduce(0.0) { $0 + Double($1) }
        change(sample.group) {
            $0.pool.append(
                .init(
                    seconds: time, usedBytes: sample.poolBytes, budgetBytes: sample.budgetBytes, depth: sample.depth))
            $0.server.append(.init(seconds: time, bytes: Double(sample.serverBytes)))
            $0.flash.append(.init(seconds: time, bytes: total))
        }
    }

    // MARK: Cards

    /// What the card did since the sample before goes to whatever took most of that time.
    private mutating func note(_ card: CardSample, at time: Double) {
        lane(card.slot) {
            $0.serverWaitSeconds = card.serverWaitSeconds
            $0.poolWaitSeconds = card.poolWaitSeconds
            $0.cardWaitSeconds = card.cardWaitSeconds
        }
        guard var span = open[card.slot] else { return }
        let last = span.last ?? CardSample(slot: card.slot, flashBytes: 0)
        span.last = card
        if span.isReceiving {
            let waits: [(Activity, Double)] = [
                (.server, card.serverWaitSeconds - last.serverWaitSeconds),
                (.pool, card.poolWaitSeconds - last.poolWaitSeconds),
                (.card, card.cardWaitSeconds - last.cardWaitSeconds),
            ]
            let rest = (time - span.since) - waits.reduce(0) { $0 + $1.1 }
            span.activity = (waits + [(.sending, rest)]).max { $0.1 < $1.1 }!.0
        }
        append(card.slot, span.activity, from: span.since, to: time)
        span.since = time
        open[card.slot] = span
    }

    private mutating func change(_ slot: Int, to phase: String, at time: Double) {
        let before = open[slot]
        close(slot, at: time)
        var span = OpenSpan(since: time, activity: Activity(phase: phase), last: before?.last)
        span.isReceiving = phase == "receiving"
        open[slot] = span
        switch phase {
        case "lost": this(slot, .lost, "its connection is lost", at: time)
        case "receiving" where before?.activity == .catchingUp: this(slot, .back, "back with the others", at: time)
        default: break
        }
    }

    private mutating func activate(_ slot: Int, _ phase: String, at time: Double) {
        close(slot, at: time)
        if phase != "committed" { open[slot] = OpenSpan(since: time, activity: .activating) }
    }

    private mutating func detach(_ slot: Int, _ cost: Double, at time: Double) {
        lane(slot) {
            $0.costSeconds += cost
            $0.firstDetachedSeconds = $0.firstDetachedSeconds ?? time
        }
        this(slot, .detached, "detached: it had kept the others waiting for \(ReportText.duration(cost))", at: time)
    }

    private mutating func end(_ slot: Int, _ outcome: Outcome, _ reason: String?, at time: Double) {
        close(slot, at: time)
        lane(slot) {
            $0.outcome = outcome
            $0.reason = reason
            $0.endSeconds = time
        }
        if let group = groupOfSlot[slot], outcome == .success {
            flashBytes[group, default: [:]][slot] = timeline.groups.first { $0.name == group }?.imageBytes
        }
        if outcome != .success && outcome != .skipped {
            this(slot, .failed, "\(outcome.rawValue): \(reason ?? "no reason was given")", at: time)
        }
    }

    private mutating func close(_ slot: Int, at time: Double) {
        guard let span = open.removeValue(forKey: slot) else { return }
        append(slot, span.activity, from: span.since, to: time)
    }

    private mutating func append(_ slot: Int, _ activity: Activity, from start: Double, to end: Double) {
        guard end > start else { return }
        lane(slot) { card in
            if let last = card.spans.last, last.activity == activity, last.end == start {
                card.spans[card.spans.count - 1].end = end
            } else {
                card.spans.append(.init(start: start, end: end, activity: activity))
            }
        }
    }

    private mutating func this(_ slot: Int, _ kind: TimelineMark.Kind, _ text: String, at time: Double) {
        lane(slot) { $0.marks.append(TimelineMark(seconds: time, kind: kind, slot: slot, text: text)) }
    }

    private mutating func lane(_ slot: Int, _ body: (inout CardLane) -> Void) {
        guard let index = indices[slot] else { return }
        body(&timeline.cards[index])
    }

    /// What is open ends with the run.
    private mutating func finished() -> RunTimeline {
        for slot in open.keys.sorted() { close(slot, at: timeline.seconds) }
        timeline.cards.sort { $0.slot < $1.slot }
        return timeline
    }
}
