import CardProtocol
import CardSoftware
import FlashModel
import LineCard
import Runtime

/// A slot of an explored shelf: the card in it from one power-on to the next, its cable, and what is done to both.
actor ExploredSlot {
    nonisolated let loop: any Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    nonisolated let cable: Cable
    nonisolated let endpoint: Endpoint
    nonisolated let slot: UInt16

    private let network: VirtualNetwork
    private let first: any Listener
    private let faults: [ExploredFault]
    private let onFault: @Sendable (ExploredFault) -> Void
    private let died: Gate
    private var settings: CardSettings
    private(set) var flash: FlashModel
    private(set) var watches: [FlashWatch]
    private var order: Order?
    private var cut: PowerCut?
    private var awayAfterCut: Duration = .zero
    private var card: PoweredCard?
    /// The metadata blocks whose record was booted, after the first start.
    private(set) var bootedRecords: Set<Int> = []
    /// Why nothing boots any more.
    private(set) var bricked: String?

    /// What ends a card's present life.
    private enum Order {
        case away(Duration)
        case dead
        case replaced(Duration)
    }

    init(
        _ settings: CardSettings, _ flash: FlashModel, _ watch: FlashWatch, faults: [ExploredFault],
        network: VirtualNetwork, loop: any Loop, onFault: @escaping @Sendable (ExploredFault) -> Void
    ) throws {
        self.faults = faults
        self.onFault = onFault
        self.settings = settings
        self.flash = flash
        self.network = network
        self.loop = loop
        slot = settings.slot
        watches = [watch]
        cable = Cable(loop: loop)
        died = Gate(loop: loop)
        first = try network.listen(on: .loopback(), options: LineCard.socketOptions)
        endpoint = first.endpoint
        for fault in faults {
            if case .powerLoss(let operation, let torn, let away) = fault.kind {
                cut = PowerCut(operation: operation, torn: torn, seed: UInt64(operation))
                awayAfterCut = .milliseconds(away)
            }
            if case .lostReply(let reply) = fault.kind { cable.lose(reply.frame) }
        }
    }

    // MARK: Lives

    /// Lives until the task is cancelled, or the card is dead for good.
    func live() async {
        var listener: any Listener = first
        while !Task.isCancelled {
            flash.restorePower()
            // Counted from here: once.
            if let cut { flash.arm(cut) }
            guard let ending = await oneLife(on: listener) else { return }
            listener.close()
            cable.reset()
            let away: Duration
            switch ending {
            case .away(let duration): away = duration
            case .dead: return
            case .replaced(let duration):
                away = duration
                replace()
            }
            guard (try? await loop.sleep(for: away)) != nil,
                let next = try? network.listen(on: endpoint, options: LineCard.socketOptions)
            else {
                return
            }
            listener = next
        }
        listener.close()
    }

    /// - Returns: what follows; nil when the run is over or the card cannot be booted.
    private func oneLife(on listener: any Listener) async -> Order? {
        order = nil
        let doom: @Sendable (CardFlash, CardFlash.Start) -> Void = { [weak self] flash, _ in
            if flash.boot.trial != nil { self?.assumeIsolated { $0.doom() } }
        }
        do {
            let card = try PoweredCard(settings, flash: flash, loop: loop, boot: doom)
            self.card = card
            if watches.last?.record != nil { noteRecord() }
            let ending = await run(card, on: CabledListener(listener, cable))
            flash = await card.flashModel()
            self.card = nil
            if let ending, case .powerLost = ending { return lostPower() }
            if order != nil { try flash.turnOff(seed: 1) }
        } catch {
            if isPowerLost(error) {
                watches.last?.rewind(to: flash)
                return lostPower()
            }
            bricked = "\(error)"
        }
        return order
    }

    private func lostPower() -> Order {
        cut = nil
        for fault in faults { if case .powerLoss = fault.kind { onFault(fault) } }
        return .away(awayAfterCut)
    }

    private func isPowerLost(_ error: any Error) -> Bool {
        (error as? CardError).map { $0 == .flash(.powerLost) } ?? false
    }

    /// Runs the card until it ends by itself or an order comes.
    private func run(_ card: PoweredCard, on listener: CabledListener) async -> CardEnding? {
        await withTaskGroup(of: CardEnding?.self) { tasks in
            tasks.addTask { try? await card.run(on: listener) }
            tasks.addTask {
                await self.waitForOrder()
                return nil
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            return first
        }
    }

    private func waitForOrder() async {
        try? await died.wait { order != nil }
    }

    /// The image on trial has booted, and does not come up.
    private func doom() {
        guard let fault = faults.first(where: { $0.kind == .failsToBoot }) else { return }
        onFault(fault)
        order = .away(.milliseconds(100))
        died.open()
    }

    /// Puts another card of the same kind into the slot.
    private func replace() {
        do {
            settings = try CardSettings(
                slot: settings.slot, hardwareType: settings.hardwareType, serialNumber: settings.serialNumber + "-B",
                flash: settings.flash, windowBytes: settings.windowBytes,
                maximumSectionBytes: settings.maximumSectionBytes, linkBitsPerSecond: settings.linkBitsPerSecond,
                linkLatency: settings.linkLatency)
        } catch {
            preconditionFailure("a card like another one can be built: \(error)")
        }
        let watch = FlashWatch(settings.flash, slot: slot, loop: loop)
        watches.append(watch)
        flash = FlashModel(settings.flash, storage: WatchedFlashStorage(settings.flash, watch))
        cut = nil
    }

    private func noteRecord() {
        if let inspection = try? FlashInspection(flash) { bootedRecords.insert(inspection.recordBlock) }
    }

    // MARK: Faults

    /// Does what a fault does to a card at its moment.
    func suffer(_ kind: ExploredFault.Kind) async {
        switch kind {
        case .restart(let away): end(.away(.milliseconds(away)))
        case .kill: end(.dead)
        case .replace(let away): end(.replaced(.milliseconds(away)))
        case .hold(let milliseconds):
            cable.hold(true)
            try? await loop.sleep(for: .milliseconds(milliseconds))
            cable.hold(false)
        case .reset: cable.reset()
        case .corrupt: cable.spoil()
        case .rot: await rot()
        default: break
        }
    }

    private func end(_ order: Order) {
        self.order = order
        died.open()
    }

    /// Spoils what was programmed last of the image that is being downloaded.
    private func rot() async {
        guard let card, let record = watches.last?.record, let download = record.download else { return }
        await card.rot(instance: download.instance)
    }

    /// The flash as it is, at once: also in the middle of a step.
    nonisolated var flashNow: FlashModel {
        assumeIsolated { $0.card?.flashNow ?? $0.flash }
    }
}

extension ExploredFault.LostReply {
    var frame: CardFrame {
        switch self {
        case .hello: .identity
        case .start: .downloadStarted
        case .end: .downloadResult
        case .activate: .activating
        case .commit: .committed
        }
    }
}
