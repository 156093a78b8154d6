package import Faults
package import FlashModel
import Runtime

/// A scenario's faults, each with the cards that it hits: the same in every run with the same seed.
package struct FaultPlacement: Sendable {
    package struct Placed: Sendable {
        /// From 0, in the order of the file; by which cards and simulator speak of it.
        package let number: Int
        package let fault: Fault
        /// Empty for the server and the CE.
        package let slots: [UInt16]
    }

    package let faults: [Placed]
    private let seed: UInt64

    /// - Parameter cards: all of the shelf.
    package init(_ faults: [Fault], cards: [(slot: UInt16, group: String)], seed: UInt64) {
        self.seed = seed
        self.faults = faults.enumerated().map { number, fault in
            Placed(
                number: number, fault: fault,
                slots: fault.target.slots(among: cards, seed: Self.seed(seed, number, slot: 0)))
        }
    }

    package var isEmpty: Bool { faults.isEmpty }

    /// Whether another card comes into the slot.
    package func exchanges(_ slot: UInt16) -> Bool {
        faults.contains { $0.fault.action.name == "insert" && $0.slots.contains(slot) }
    }

    /// Whether any fault befalls the card.
    package func hits(_ slot: UInt16) -> Bool { faults.contains { $0.slots.contains(slot) } }

    /// The faults that a card carries with it: what it carries out, or sees coming itself.
    package func script(ofSlot slot: UInt16, geometry: FlashGeometry) -> [CardFault] {
        faults.compactMap { placed in
            let fault = placed.fault
            let isItsOwn =
                fault.action.definition.family.isCarriedOutByCard
                || (fault.trigger.isSeenByTarget && fault.target != .ce && fault.target != .server)
            guard placed.slots.contains(slot), isItsOwn else { return nil }
            var own = CardFault(
                fault, number: placed.number, seed: Self.seed(seed, placed.number, slot: slot),
                isArmed: fault.step == 0)
            own.trigger = fault.trigger.resolved(for: geometry)
            return own
        }
    }

    /// What a card's script still holds after some of it has befallen it, for a card that starts anew as a process.
    ///
    /// - Parameter fired: how often, by number.
    package static func remaining(_ script: [CardFault], fired: [Int: Int], step: Int) -> [CardFault] {
        script.compactMap { fault in
            var fault = fault
            let count = fired[fault.number] ?? 0
            if count > 0, fault.duration == nil, fault.action.definition.lastsBeyondRestart {
                fault.trigger = FaultTrigger(.beginning)
                fault.firingLimit = 1
                fault.isArmed = true
                return fault
            }
            fault.firingLimit -= count
            return fault.firingLimit > 0 ? fault : nil
        }
    }

    /// What one fault draws for one card.
    static func seed(_ seed: UInt64, _ number: Int, slot: UInt16) -> UInt64 {
        var trace = TraceHash()
        trace.add(seed)
        trace.add(UInt64(number) + 1)
        trace.add(UInt64(slot))
        return trace.value
    }
}

extension FaultDefinition {
    /// It is how the card is from then on, also after it was restarted.
    fileprivate var lastsBeyondRestart: Bool {
        switch family {
        case .link, .software: !isMomentary
        case .flash: !["power_loss", "bit_rot_after_verify"].contains(name)
        case .process, .server: false
        }
    }
}
