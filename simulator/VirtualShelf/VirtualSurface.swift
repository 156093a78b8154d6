import Faults
import LineCard
import Links
import ShelfModel

/// What can be done to a shelf in virtual time.
struct VirtualSurface: FaultSurface {
    /// By slot.
    let cards: [UInt16: VirtualCard]
    let ce: CEControl
    let events: RunEvents

    func order(_ order: CardCues.Order, _ number: Int, slot: UInt16) async {
        cards[slot]?.cues?.follow(order, number: number)
    }

    func kill(_ slot: UInt16) async {
        await cards[slot]?.kill()
    }

    func start(_ slot: UInt16, isOther: Bool) async {
        await cards[slot]?.start(isOther: isOther)
        events.note("restarted", slot: Int(slot))
    }

    /// A card that is stopped says nothing and hears nothing; what it has heard already it does.
    func pause(_ slot: UInt16, _ isPaused: Bool) async {
        guard let conditions = cards[slot]?.cues?.conditions else { return }
        if isPaused {
            conditions.begin(Self.pauseNumber, .both) { $0.isHeld = true }
        } else {
            conditions.end(Self.pauseNumber)
        }
    }

    /// No fault of a scenario has it.
    private static let pauseNumber = -1

    func losesPower(_ slot: UInt16, for time: Duration) {
        cards[slot]?.losesPower(for: time)
    }
}
