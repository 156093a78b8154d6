import Download
import Plans
import Reports
import Runtime
import SoftwareImage

/// What is known of a running download, and how it reads: pure state, from events to lines.
struct DownloadProgress {
    /// How much each card gets, by slot.
    private let cardBytes: [Int: UInt64]
    private let imageBytes: UInt64
    /// Of each group that has begun.
    private var sourceBytes: [String: UInt64] = [:]
    private var sourceFailures: [String] = []
    private var programmedBytes: [Int: UInt64] = [:]
    private var outcomes: [Outcome: Int] = [:]

    init(_ groups: [PlannedGroup]) {
        var cardBytes: [Int: UInt64] = [:]
        for group in groups {
            for card in group.cards { cardBytes[Int(card.slot)] = group.image.manifest.imageBytes }
        }
        self.cardBytes = cardBytes
        imageBytes = groups.reduce(0) { $0 + $1.image.manifest.imageBytes }
    }

    /// - Returns: a line that is worth saying by itself, if the event is: a card's failure, say.
    mutating func note(_ event: DownloadEvent) -> String? {
        switch event {
        case .sourceDelivered(let group, let bytes): sourceBytes[group] = bytes
        case .cardProgrammed(let slot, let bytes): programmedBytes[slot] = bytes
        case .sourceInterrupted(let group, let reason): return "group \(group): \(reason); it goes on"
        case .sourceFailed(let group, let reason):
            sourceFailures.append(reason)
            return "group \(group): \(reason)"
        case .cardEnded(let slot, let outcome, let reason):
            outcomes[outcome, default: 0] += 1
            // A card that is given up no longer counts towards what is to come.
            if outcome != .success { programmedBytes[slot] = cardBytes[slot] }
            // Once is enough for what is no card's fault.
            if outcome == .failed, reason.map({ !sourceFailures.contains($0) }) ?? true {
                return "slot \(slot) failed: \(reason ?? "no reason was given")"
            }
        case .sourceOpened, .sourceVerified, .cardChanged: break
        }
        return nil
    }

    /// The whole in one line.
    func summary(after elapsed: Duration) -> String {
        let total = cardBytes.values.reduce(0.0) { $0 + Double($1) }
        let done = programmedBytes.values.reduce(0.0) { $0 + Double($1) }
        var parts = ["\(ReportText.fixed(total > 0 ? done / total * 100 : 0, 0)) %"]
        parts.append("fetched \(ReportText.bytes(sourceBytes.values.reduce(0, +))) of \(ReportText.bytes(imageBytes))")
        let ended = Outcome.allCases.compactMap { outcome in
            outcomes[outcome].map { "\($0) \(outcome.rawValue)" }
        }
        let cardCount = cardBytes.count
        let running = cardCount - outcomes.values.reduce(0, +)
        parts.append(
            (running > 0 ? ["\(running) of \(cardCount) cards running"] : []).appending(ended).joined(separator: ", "))
        parts.append(ReportText.duration(elapsed.seconds))
        return parts.joined(separator: "  ")
    }
}

extension [String] {
    fileprivate func appending(_ others: [String]) -> [String] { self + others }
}
