import Activation
import ArgumentParser
import CardDialogue
import CardProtocol
import Plans
import Reports
import Runtime
import Settings
import TLS
import Terminal

/// Asks cards what they are, where a plan's groups select them by what the plan does not say.
enum CardPlacing {
    /// Puts the plan's cards into its groups.
    ///
    /// - Parameters:
    ///   - context: the CE's side of the links; nil: they are clear.
    ///   - saysRest: whether cards that are in no group are worth a word.
    /// - Throws: `ExitCode`, having said what is wrong.
    static func place(_ plan: inout DownloadPlan, over context: TLSContext?, saysRest: Bool) throws {
        guard !plan.inventory.isEmpty else { return }
        let (facts, silence) = try ask(plan.cardsToAsk.map { $0.target(context) })
        let left: [Int]
        do throws(SettingsError) {
            left = try plan.place(facts: facts, silence: silence)
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
        if saysRest && !left.isEmpty {
            StandardStream.errors.write(
                "no group selects slot\(left.count == 1 ? "" : "s") \(ReportText.ranges(left)): left alone\n")
        }
        for group in plan.groups where group.cards.isEmpty {
            StandardStream.errors.write("group \(group.name): no card is selected\n")
        }
        plan.groups.removeAll(where: \.cards.isEmpty)
    }

    /// - Returns: what the cards say of themselves; and why the others do not, by slot.
    private static func ask(
        _ targets: [CardTarget]
    ) throws -> (facts: [UInt16: CardFacts], silence: [UInt16: String]) {
        guard !targets.isEmpty else { return ([:], [:]) }
        ProgramLimits.raiseDescriptorLimit()
        ProgramLimits.ignoreBrokenPipes()
        let loop = EventLoop()
        let (statuses, signal) = try loop.run(cancellingOn: [2, 15]) {
            await ShelfAgent(cards: targets, engine: "ce \(CE.version)", network: TCPNetwork(loop: loop), loop: loop)
                .run(.look)
        }
        if let signal { throw ExitCode(ProgramExit(signal: signal).rawValue) }
        var facts: [UInt16: CardFacts] = [:]
        var silence: [UInt16: String] = [:]
        for status in statuses {
            let slot = UInt16(status.slot)
            guard let card = status.identity else {
                silence[slot] = status.reason
                continue
            }
            let running = card.instances.first(where: \.isActive)?.version
            facts[slot] = CardFacts(type: card.hardwareType, version: running ?? card.softwareVersion)
        }
        return (facts, silence)
    }
}

extension CardStatus {
    /// Of a card of which nobody knows to which group it belongs.
    init(_ card: UnplacedCard) {
        self.init(slot: card.slot, isDone: false, reason: card.reason, identity: nil)
    }
}

extension CardReport {
    /// Of a card of which nobody knows to which group it belongs.
    init(_ card: UnplacedCard) {
        self.init(
            slot: card.slot, group: "", outcome: .failed, reason: card.reason, bytes: 0, elapsedSeconds: 0,
            digestIsOK: false, source: nil)
    }
}
