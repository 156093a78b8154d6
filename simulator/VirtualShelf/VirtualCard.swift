import CardSoftware
package import FlashModel
package import LineCard
import Links
package import Runtime
import TLS

/// A slot of a shelf in virtual time, and the card in it: turned on and off as a process is, its flash outlives it.
///
/// Its executor is the loop that it is handed; all of its tasks are children of `run`.
package actor VirtualCard {
    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package nonisolated let slot: UInt16
    package nonisolated let endpoint: Endpoint
    package nonisolated let serialNumber: String
    /// nil: no fault befalls the card.
    package nonisolated let cues: CardCues?

    private let network: VirtualNetwork
    private let security: TLSContext?
    private var settings: CardSettings
    /// Of the card that is turned off; while it runs its software has it.
    private var flash: FlashModel
    private var running: PoweredCard?
    /// The card is to be there, and turned on.
    private var isWanted = true
    private var isKilled = false
    /// How long it will be without power.
    private var powerLossTime: Duration?
    /// How many cards have been in the slot before this one.
    private var exchanges = 0
    private var startCount = 0
    private let changed: Gate
    /// The listener of a card that has not started yet, so that its endpoint is known before.
    private var listener: (any Listener)?
    /// Why the card cannot start any more.
    private var failure: String?

    /// - Parameter isHit: a fault befalls the card, whoever carries it out.
    package init(
        _ settings: CardSettings, isHit: Bool, on network: VirtualNetwork, loop: any Loop,
        onFire: @escaping @Sendable (Int, UInt16) -> Void
    ) throws {
        self.settings = settings
        self.network = network
        security = try settings.credentials.map { try TLSContext($0, of: .card) }
        self.loop = loop
        slot = settings.slot
        serialNumber = settings.serialNumber
        flash = FlashModel(settings.flash, faults: settings.faults)
        changed = Gate(loop: loop)
        let slot = settings.slot
        cues = isHit ? CardCues(settings.script, seed: UInt64(slot), loop: loop) { onFire($0, slot) } : nil
        let listener = try network.listen(on: .loopback(), options: LineCard.socketOptions)
        self.listener = listener
        endpoint = listener.endpoint
    }

    // MARK: The slot's life

    /// Runs the card whenever it is to be there, until the task is cancelled.
    package func run() async {
        cues?.start()
        while !Task.isCancelled {
            guard (try? await changed.wait { isWanted }) != nil else { break }
            do {
                let ending = try await runOnce()
                guard !Task.isCancelled else { break }
                if ending == .powerLost { await stayWithoutPower() }
            } catch {
                failure = "\(error)"
                isWanted = false
            }
        }
        listener?.close()
    }

    /// From turning the card on until it is off again.
    private func runOnce() async throws -> CardEnding {
        startCount += 1
        isKilled = false
        let listener = try self.listener ?? network.listen(on: endpoint, options: LineCard.socketOptions)
        self.listener = nil
        defer { listener.close() }
        guard let card = try boot() else {
            flash.restorePower()
            return .powerLost
        }
        running = card
        let ending = await withTaskGroup(of: CardEnding?.self) { tasks in
            tasks.addTask {
                // A card that can boot nothing any more is found by its flash.
                (try? await card.run(on: listener)) ?? .closed
            }
            tasks.addTask {
                await self.waitForKill()
                return nil
            }
            let first = await tasks.next()
            tasks.cancelAll()
            return first ?? nil
        }
        flash = await card.flashModel()
        flash.restorePower()
        running = nil
        // A card that stops by itself and does not restart stays off.
        if ending == .closed && !Task.isCancelled { isWanted = false }
        return ending ?? .closed
    }

    /// - Returns: nil when the power fails meanwhile.
    private func boot() throws -> PoweredCard? {
        do throws(CardError) {
            return try PoweredCard(settings, flash: flash, security: security, cues: cues, loop: loop)
        } catch {
            if error == .flash(.powerLost) { return nil }
            throw error
        }
    }

    private func waitForKill() async {
        try? await changed.wait { isKilled }
    }

    private func stayWithoutPower() async {
        let time = powerLossTime ?? .zero
        powerLossTime = nil
        try? await loop.sleep(for: time)
    }

    // MARK: What is done to it

    package func kill() {
        isKilled = true
        isWanted = false
        changed.open()
    }

    package func start(isOther: Bool) async {
        // One that is there gives way first.
        if running != nil {
            kill()
            while running != nil { await loop.yield() }
        }
        if isOther {
            exchanges += 1
            settings = settings.replaced(exchanges)
            flash = FlashModel(settings.flash, faults: settings.faults)
        }
        failure = nil
        isWanted = true
        changed.open()
    }

    /// On the loop.
    package nonisolated func losesPower(for time: Duration) {
        assumeIsolated { $0.powerLossTime = time }
    }

    // MARK: Afterwards

    /// How often the card was started again, restarts of its own excepted.
    package var restartCount: Int { max(0, startCount - 1) }

    package var lastFailure: String? { failure }

    /// A copy of the flash as it is now.
    package func flashModel() async -> FlashModel {
        guard let running else { return flash }
        return await running.flashModel()
    }
}
