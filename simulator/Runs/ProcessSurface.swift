import Faults
import LineCard
import ShelfModel
import Shelves

/// What can be done to a shelf of processes.
struct ProcessSurface: FaultSurface {
    let shelf: Shelf
    let ce: CEControl
    let events: RunEvents

    func order(_ order: CardCues.Order, _ number: Int, slot: UInt16) async {
        await shelf.order(order, number, slot: slot)
    }

    func kill(_ slot: UInt16) async {
        await shelf.kill(slot)
    }

    func start(_ slot: UInt16, isOther: Bool) async {
        await shelf.start(slot, isOther: isOther)
        events.note("restarted", slot: Int(slot))
    }

    func pause(_ slot: UInt16, _ isPaused: Bool) async {
        await shelf.pause(slot, isPaused)
    }

    func losesPower(_ slot: UInt16, for time: Duration) {
        shelf.losesPower(slot, for: time)
    }
}
