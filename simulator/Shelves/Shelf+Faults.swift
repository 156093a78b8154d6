import Faults
import Glibc
package import LineCard
import Rendezvous
import Runtime
import ShelfModel

/// What becomes of a card whose process ends.
struct CardFate {
    /// It was killed, and stays dead until it is started.
    var isKilled = false
    /// Its process was killed, and has not ended or not been started again yet.
    var hasBeenKilled = false
    /// Another card comes in its place.
    var isExchanged = false
    var exchanges = 0
    /// How long it will be without power.
    var powerLossTime: Duration?
}

/// What a scenario's faults do to card processes: signals, orders over their leases, other cards in their slots.
extension Shelf {
    private func index(of slot: UInt16) -> Int? { cards.firstIndex { $0.slot == slot } }

    /// A step of the scenario begins.
    package func begin(step: Int) {
        self.step = step
    }

    package func order(_ order: CardCues.Order, _ number: Int, slot: UInt16) async {
        guard let index = index(of: slot), leases.indices.contains(index) else { return }
        await leases[index].send(order, number: number)
    }

    package func kill(_ slot: UInt16) {
        guard let index = index(of: slot) else { return }
        fates[index].isKilled = true
        fates[index].hasBeenKilled = true
        isPaused[index] = false
        processes[index].signal(SIGKILL)
    }

    package func start(_ slot: UInt16, isOther: Bool) {
        guard let index = index(of: slot) else { return }
        if isOther { fates[index].isExchanged = true }
        fates[index].isKilled = false
        fatesChanged.open()
    }

    package func pause(_ slot: UInt16, _ pauses: Bool) {
        guard let index = index(of: slot), !fates[index].isKilled else { return }
        isPaused[index] = pauses
        processes[index].signal(pauses ? SIGSTOP : SIGCONT)
    }

    /// On the loop.
    package nonisolated func losesPower(_ slot: UInt16, for time: Duration) {
        assumeIsolated { shelf in
            guard let index = shelf.index(of: slot) else { return }
            shelf.fates[index].powerLossTime = time
        }
    }

    /// Waits until a card whose process has ended is to start again.
    ///
    /// - Returns: false when it is not to.
    func isToStartAgain(_ index: Int) async -> Bool {
        let mayRestart = restartsCards || fates[index].hasBeenKilled || fates[index].powerLossTime != nil
        guard mayRestart else { return false }
        guard (try? await fatesChanged.wait { !fates[index].isKilled || isEnding }) != nil else { return false }
        fates[index].hasBeenKilled = false
        if let time = fates[index].powerLossTime {
            fates[index].powerLossTime = nil
            guard (try? await loop.sleep(for: time)) != nil else { return false }
        }
        if fates[index].isExchanged {
            fates[index].isExchanged = false
            fates[index].exchanges += 1
            cards[index] = cards[index].replaced(fates[index].exchanges)
            // It comes with a flash of its own.
            unlink(flashFile(Int(cards[index].slot)))
        }
        return true
    }

    /// A card's settings when it starts anew: what has befallen it does so only once.
    func remaining(_ card: CardSettings) -> CardSettings {
        guard !card.script.isEmpty else { return card }
        var card = card
        card.script = FaultPlacement.remaining(card.script, fired: fired[card.slot] ?? [:], step: step)
        return card
    }

    /// Hears what befalls a card, as long as its process lives.
    func listen(to lease: CardLease) async {
        while let number = await lease.nextFiring() {
            fired[lease.slot, default: [:]][number, default: 0] += 1
            onFiring(number, lease.slot)
        }
    }
}
