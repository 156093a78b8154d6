package import Events
import Reports

/// What is known of a running download, and how it reads: pure, from events to lines.
package struct ProgressState: Sendable {
    struct Group: Sendable {
        var imageBytes: UInt64
        var serverBytes: UInt64 = 0
        var poolBytes = 0
        var budgetBytes = 0
        var isEnded = false
    }

    /// By name, in the order of their starts.
    private(set) var groups: [(name: String, group: Group)] = []
    /// By slot.
    private(set) var cards: [CardProgress] = []
    private var indices: [Int: Int] = [:]
    private(set) var rate = RateMeter()
    private var totalBytes = 0.0
    private(set) var changes: [Change] = []

    /// What is to be said by itself, once.
    struct Change: Equatable, Sendable {
        var slot: Int?
        var text: String
        var tone: ProgressLine.Tone
    }

    package init() {}

    package mutating func note(_ event: RunEvent) {
        switch event.kind {
        case .groupStarted(let opening): open(opening)
        case .groupEnded(let name): change(group: name) { $0.isEnded = true }
        case .sample(let sample): take(sample, at: event.seconds)
        case .sourceInterrupted(let group, let reason):
            say(nil, "group \(group): \(SafeText.escaped(reason)); it goes on", .plain)
        case .sourceFailed(let group, let reason): say(nil, "group \(group): \(SafeText.escaped(reason))", .bad)
        case .cardDetached(let slot, let cost, _):
            say(slot, "detached: it kept the others waiting for \(ReportText.duration(cost))", .plain)
        case .waveStarted(let group, let number, let count, let slots):
            say(nil, "group \(group): wave \(number) of \(count): slots \(ReportText.ranges(slots))", .plain)
        case .rolloutStopped(let group, let reason):
            say(nil, "group \(group): stopped: \(SafeText.escaped(reason))", .bad)
        case .fault(let mark):
            say(nil, "\(SafeText.escaped(mark.target)): \(SafeText.escaped(mark.what)) \(mark.phase.rawValue)", .plain)
        case .donorLeft(let slot, let state, let reason):
            if state == "distrusted" { say(slot, "is not read from any more: \(SafeText.escaped(reason))", .plain) }
        case .cardPhase, .cardDonor, .cardEnded, .cardActivation, .cardRolledOut: noteCard(event.kind)
        case .streamOpened, .sourceOpened, .sourceVerified, .cardProcess: break
        }
    }

    private mutating func open(_ opening: GroupOpening) {
        if !groups.contains(where: { $0.name == opening.name }) {
            groups.append((opening.name, Group(imageBytes: opening.imageBytes, budgetBytes: opening.budgetBytes)))
        }
        for slot in opening.slots where indices[slot] == nil {
            cards.append(CardProgress(slot: slot, imageBytes: opening.imageBytes))
        }
        cards.sort { $0.slot < $1.slot }
        indices = [:]
        for (index, card) in cards.enumerated() { indices[card.slot] = index }
    }

    private mutating func take(_ sample: GroupSample, at seconds: Double) {
        change(group: sample.group) {
            $0.serverBytes = sample.serverBytes
            $0.poolBytes = sample.poolBytes
            $0.budgetBytes = sample.budgetBytes
        }
        var grownBytes = 0.0
        for card in sample.cards {
            change(card.slot) {
                // One that restarts may have less than before.
                grownBytes += Double(card.flashBytes) - Double($0.flashBytes)
                $0.flashBytes = card.flashBytes
                $0.waitsFor = card.waitsFor
                $0.rate.note(Double(card.flashBytes), at: seconds)
            }
        }
        totalBytes += grownBytes
        rate.note(totalBytes, at: seconds)
    }

    private mutating func noteCard(_ kind: EventKind) {
        guard let slot = kind.slot else { return }
        var said: (String, ProgressLine.Tone)?
        change(slot) { card in
            switch kind {
            case .cardPhase(_, let phase):
                card.phase = phase
                card.waitsFor = .nothing
            case .cardDonor(_, let donor): card.donor = donor
            case .cardEnded(_, let outcome, let reason):
                card.outcome = outcome
                card.reason = reason
            case .cardActivation(_, let phase, let reason):
                card.activation = ([phase] + (reason.map { [SafeText.escaped($0)] } ?? [])).joined(separator: ": ")
            case .cardRolledOut(_, let state, _): card.activation = state.rawValue
            default: break
            }
            switch kind {
            case .cardDonor: break
            case .cardEnded: said = (card.stateText, card.rank == .failed ? .bad : .good)
            case .cardRolledOut(_, let state, _): said = (card.stateText, state == .committed ? .good : .plain)
            default: said = (card.stateText, .plain)
            }
        }
        if let said { say(slot, said.0, said.1) }
    }

    private mutating func change(group name: String, _ body: (inout Group) -> Void) {
        guard let index = groups.firstIndex(where: { $0.name == name }) else { return }
        body(&groups[index].group)
    }

    private mutating func change(_ slot: Int, _ body: (inout CardProgress) -> Void) {
        guard let index = indices[slot] else { return }
        body(&cards[index])
    }

    private mutating func say(_ slot: Int?, _ text: String, _ tone: ProgressLine.Tone) {
        changes.append(Change(slot: slot, text: text, tone: tone))
    }

    /// Forgets what was to be said by itself.
    mutating func takeChanges() -> [Change] {
        defer { changes = [] }
        return changes
    }
}
