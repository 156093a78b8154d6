import Events
import Reports

extension RunEvent {
    /// As a person reads it; nil for what a figure tells better.
    var sentence: String? {
        switch kind {
        case .streamOpened(let opening): "\(opening.program) begins, \(opening.mode.rawValue)"
        case .groupStarted(let opening):
            "group \(opening.name) starts: \(ReportText.bytes(opening.imageBytes)) of version \(opening.version) to "
                + "\(ReportText.count(opening.slots.count, "card"))"
        case .groupEnded(let group): "group \(group) has ended"
        case .sourceOpened(let group): "group \(group) asks the server for the image"
        case .sourceVerified(let group): "the image of group \(group) is the manifest's"
        case .sourceInterrupted(let group, let reason): "group \(group): \(reason); it goes on"
        case .sourceFailed(let group, let reason): "group \(group): \(reason)"
        case .sample, .cardDonor: nil
        case .cardPhase(let slot, let phase): "slot \(slot): \(phase)"
        case .cardDetached(let slot, let cost, let allowed):
            "slot \(slot) is detached: it cost the others \(ReportText.duration(cost)) of the \(ReportText.duration(allowed)) allowed"
        case .donorLeft(let slot, let state, let reason): "slot \(slot): as a donor it is \(state), \(reason)"
        case .cardEnded(let slot, let outcome, let reason):
            "slot \(slot): \(outcome.rawValue)" + (reason.map { ", \($0)" } ?? "")
        case .waveStarted(let group, let number, let count, let slots):
            "group \(group): wave \(number) of \(count), slots \(ReportText.ranges(slots))"
        case .cardActivation(let slot, let phase, let reason):
            "slot \(slot): \(phase)" + (reason.map { ", \($0)" } ?? "")
        case .rolloutStopped(let group, let reason): "group \(group) stops: \(reason)"
        case .cardRolledOut(let slot, let state, let reason):
            "slot \(slot): \(state.rawValue)" + (reason.map { ", \($0)" } ?? "")
        case .fault(let mark):
            "\(mark.target): \(mark.what) \(mark.phase.rawValue)" + (mark.detail.map { ", \($0)" } ?? "")
        case .cardProcess(let slot, let state, let detail):
            "slot \(slot): process \(state)" + (detail.map { ", \($0)" } ?? "")
        }
    }

    /// Whether it may explain why something went wrong.
    var isTrouble: Bool {
        switch kind {
        case .sourceInterrupted, .sourceFailed, .cardDetached, .donorLeft, .rolloutStopped, .fault, .cardProcess: true
        case .cardPhase(_, let phase): phase == "lost" || phase == "catching-up"
        case .cardEnded(_, let outcome, _): outcome != .success && outcome != .skipped
        case .cardActivation(_, _, let reason), .cardRolledOut(_, _, let reason): reason != nil
        case .streamOpened, .groupStarted, .groupEnded, .sourceOpened, .sourceVerified, .sample, .cardDonor,
            .waveStarted:
            false
        }
    }
}

/// The slots that a sentence names: `slot 7 was`, `slots 1-3, 9 were`.
enum NamedSlots {
    static func slots(in sentence: String) -> Set<Int> {
        var slots: Set<Int> = []
        for match in sentence.matches(of: /[Ss]lots? (\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*)/) {
            for part in match.output.1.split(separator: ", ") {
                let ends = part.split(separator: "-").compactMap { Int($0) }
                // What is no shelf is no list of slots.
                guard let first = ends.first, let last = ends.last, first <= last, last - first < 100_000 else {
                    continue
                }
                slots.formUnion(first...last)
            }
        }
        return slots
    }
}
