import Activation
import CardProtocol
import CardSoftware
import Download
import Reports
import SharedBytes
import SoftwareImage

/// Holds the end of a run against what must be then.
struct CaseJudge {
    let explored: ExploredCase
    let manifest: Manifest
    let memory: ImageMemory

    func violations(of ending: ExploredRun.Ending) -> [Violation] {
        guard let download = ending.download else {
            return [
                Violation(invariant: .everythingEnds, text: "the CE has not ended within \(ExplorationLimits.horizon)")
            ]
        }
        return outcomes(download, ending) + flash(download, ending) + server(download, ending) + rollout(ending)
            + memoryLeft(ending) + ending.cards.compactMap(bricked)
    }

    /// How long each card took that has the image.
    func elapsed(of ending: ExploredRun.Ending) -> [Int: Duration] {
        var elapsed: [Int: Duration] = [:]
        for card in ending.download?.cards ?? [] where card.outcome == .success { elapsed[card.slot] = card.elapsed }
        return elapsed
    }

    func attached(in ending: ExploredRun.Ending) -> Set<Int> {
        Set((ending.download?.cards ?? []).filter { $0.account.detachments == 0 }.map(\.slot))
    }

    // MARK: Outcomes

    private func outcomes(_ download: GroupResult, _ ending: ExploredRun.Ending) -> [Violation] {
        let slots = explored.cards.map { Int($0.slot) }
        guard download.cards.map(\.slot) == slots else {
            return [
                Violation(
                    invariant: .oneOutcomeForEachCard,
                    text: "outcomes of slots \(download.cards.map(\.slot)) where \(slots) were due")
            ]
        }
        return download.cards.compactMap { card in
            guard card.outcome != .success && card.outcome != .skipped else { return nil }
            guard let reason = card.reason, !reason.isEmpty else {
                return Violation(
                    invariant: .oneOutcomeForEachCard, text: "slot \(card.slot) \(card.outcome) without a reason")
            }
            guard mustHaveTheImage(UInt16(card.slot), ending) else { return nil }
            return Violation(
                invariant: .everythingEnds, text: "slot \(card.slot) has not the image, and nothing kept it: \(reason)")
        }
    }

    /// Whether nothing that happened may have kept a card from the image.
    private func mustHaveTheImage(_ slot: UInt16, _ ending: ExploredRun.Ending) -> Bool {
        let own = explored.faults(of: slot)
        let isGroupSafe = !explored.faults.contains { $0.mayCostTheGroup } && !explored.mayTrustAnIgnoredREST
        // A policy that drops cards may drop any that comes late.
        // A CE that begins does not wait for a card that is away.
        let isCardSafe =
            own.isEmpty || own.count == 1 && !own[0].mayCostTheCard && !explored.restartsTheCE
        if explored.stalls == .drop { return false }
        return isGroupSafe && isCardSafe && !ending.unlucky.contains(slot)
    }

    // MARK: Flash

    private func flash(_ download: GroupResult, _ ending: ExploredRun.Ending) -> [Violation] {
        download.cards.compactMap { card in
            guard card.outcome == .success || card.outcome == .skipped,
                let end = ending.cards.first(where: { Int($0.slot) == card.slot }),
                !isSpoiledLater(end.slot), let difference = difference(in: end)
            else {
                return nil
            }
            return Violation(
                invariant: .flashHoldsTheImage, text: "slot \(card.slot) is said to have the image, but \(difference)")
        }
    }

    /// A fault may have spoiled or replaced what was right.
    private func isSpoiledLater(_ slot: UInt16) -> Bool {
        explored.faults(of: slot).contains { fault in
            switch fault.kind {
            case .rot, .replace, .bitFlips, .badBlock: true
            default: false
            }
        }
    }

    private func difference(in end: ExploredRun.CardEnding) -> String? {
        guard let inspection = try? FlashInspection(end.flash) else { return "it has no boot record" }
        guard let instance = inspection.instances.firstIndex(where: { $0.isValid && $0.digest == manifest.digest })
        else {
            return "no instance is valid with its digest"
        }
        var reader = inspection.reader(ofInstance: instance)
        guard reader.remainingBytes == memory.bytes.count else { return "it holds \(reader.remainingBytes) bytes" }
        let known = reader.skip(SharedBytes(memory, 0..<memory.bytes.count))
        var rest = [UInt8](repeating: 0, count: memory.bytes.count - known)
        guard rest.isEmpty || (try? rest.withUnsafeMutableBytes({ try reader.read(into: $0) })) == rest.count else {
            return "it cannot be read"
        }
        return rest.elementsEqual(memory.bytes[known...]) ? nil : "its flash holds other bytes"
    }

    private func bricked(_ end: ExploredRun.CardEnding) -> Violation? {
        guard let reason = end.bricked, !isSpoiledLater(end.slot) else { return nil }
        return Violation(invariant: .bootsOldOrNew, text: "slot \(end.slot) boots nothing: \(reason)")
    }

    // MARK: The rest

    private func server(_ download: GroupResult, _ ending: ExploredRun.Ending) -> [Violation] {
        let isCalm = explored.faults.allSatisfy { $0.slot != nil }
        let hasHealthyCard = explored.cards.contains { explored.faults(of: $0.slot).isEmpty }
        guard isCalm && hasHealthyCard && explored.stalls != .drop else { return [] }
        if ending.serverSessions != 1 || ending.serverBytes != UInt64(memory.bytes.count) {
            return [
                Violation(
                    invariant: .serverIsAskedOnce,
                    text:
                        "\(ending.serverSessions) transfers with \(ending.serverBytes) bytes, and one with \(memory.bytes.count) would do"
                )
            ]
        }
        return []
    }

    private func memoryLeft(_ ending: ExploredRun.Ending) -> [Violation] {
        ending.heldBytes == 0
            ? []
            : [
                Violation(
                    invariant: .poolIsWithinItsBudget, text: "\(ending.heldBytes) bytes of the pool were not given back"
                )
            ]
    }

    private func rollout(_ ending: ExploredRun.Ending) -> [Violation] {
        var violations: [Violation] = []
        for card in ending.rollout?.cards ?? [] {
            let own = explored.faults(of: UInt16(card.slot))
            // What became of a request whose reply was lost is asked for.
            let isHarmless = own.allSatisfy { if case .lostReply = $0.kind { !$0.mayCostTheCard } else { false } }
            if isHarmless && ending.restarts == 0 && !card.hasReachedGoal {
                violations.append(
                    Violation(
                        invariant: .everythingEnds,
                        text:
                            "slot \(card.slot) is \(card.state), and nothing kept it from its goal: \(card.reason ?? "no reason")"
                    ))
            }
            if !card.hasReachedGoal && (card.reason ?? "").isEmpty {
                violations.append(
                    Violation(
                        invariant: .oneOutcomeForEachCard, text: "slot \(card.slot) is \(card.state) without a reason"))
            }
        }
        for end in ending.cards where ending.restarts == 0 && end.activations > 1 {
            violations.append(
                Violation(
                    invariant: .onlyVerifiedImagesRun,
                    text: "slot \(end.slot) was put on trial \(end.activations) times"))
        }
        return violations
    }
}
