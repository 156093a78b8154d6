import Activation
import CardDialogue
import CardSoftware
import Download
import FlashModel
import ImageSources
import LineCard
import Links
import Reports
import Rollout
package import Runtime
import SoftwareImage

/// One run of a case on the virtual clock: the engine and the cards' own software, what goes wrong, and what is seen meanwhile.
package struct ExploredRun: Sendable {
    static let cardType = "OLT-8"

    let explored: ExploredCase
    let images: ExploredImages
    let defect: PlantedEngineDefect?

    package init(_ explored: ExploredCase, _ images: ExploredImages, defect: PlantedEngineDefect? = nil) {
        self.explored = explored
        self.images = images
        self.defect = defect
    }

    /// What a run came to, before it is judged.
    struct Ending: Sendable {
        /// nil when the CE has not ended within the horizon.
        var download: GroupResult?
        var rollout: RolloutResult?
        var cards: [CardEnding] = []
        var violations: [Violation] = []
        var coverage = Coverage()
        var serverSessions = 0
        var serverBytes: UInt64 = 0
        var heldBytes = 0
        /// Faults that met a card before the CE had its consent, or in the middle of another loss.
        var unlucky: Set<UInt16> = []
        /// How often the CE was started again.
        var restarts = 0
    }

    struct CardEnding: Sendable {
        var slot: UInt16
        var flash: FlashModel
        var activations: Int
        var bricked: String?
    }

    /// - Returns: what is wrong, what was met, and the trace.
    package func run() -> ExploredResult {
        let loop = VirtualTimeLoop(seed: explored.seed)
        do {
            let ending = try loop.run { () async -> Result<Ending, any Error> in
                do { return .success(try await self.play(on: loop)) } catch { return .failure(error) }
            }.get()
            let judge = CaseJudge(
                explored: explored, manifest: images.manifest(explored.image), memory: images.memory(explored.image))
            return ExploredResult(
                violations: ending.violations + judge.violations(of: ending), coverage: ending.coverage,
                trace: loop.trace, elapsed: judge.elapsed(of: ending), attached: judge.attached(in: ending))
        } catch {
            let violation = Violation(invariant: .everythingEnds, text: "\(error)")
            return ExploredResult(violations: [violation], coverage: Coverage(), trace: loop.trace, elapsed: [:])
        }
    }

    // MARK: The shelf

    private func slots(
        _ network: VirtualNetwork, _ loop: VirtualTimeLoop, onFault: @escaping @Sendable (ExploredFault) -> Void
    ) throws -> [ExploredSlot] {
        try explored.cards.map { card in
            let profile = try Self.profile(of: card)
            let watch = FlashWatch(profile, slot: card.slot, loop: loop)
            let settings = try CardSettings(
                slot: card.slot, hardwareType: Self.cardType, serialNumber: "SN-\(card.slot)", flash: profile,
                faults: flashFaults(of: card), windowBytes: 4 * ExplorationLimits.blockBytes,
                maximumSectionBytes: ExplorationLimits.blockBytes,
                linkBitsPerSecond: card.link.settings.bitsPerSecond, linkLatency: card.link.settings.latency)
            let flash = FlashModel(
                profile, storage: WatchedFlashStorage(profile, watch), faults: settings.faults)
            return try ExploredSlot(
                settings, flash, watch, faults: explored.faults(of: card.slot), network: network, loop: loop,
                onFault: onFault)
        }
    }

    static func profile(of card: ExploredCase.Card) throws -> FlashProfile {
        let part: FlashProfile =
            switch card.flash {
            case .spiNOR: .spiNOR
            case .slcNAND: .slcNAND
            case .instant: .instant
            }
        // Room for the largest image in either instance.
        let capacity = FlashLayout.capacityBytes(
            forInstances: ExploredCase.Image.usual.byteCount, eraseBytes: part.geometry.eraseSize)
        return try part.scaled(by: card.flash.scale).withCapacity(bytes: capacity)
    }

    private func flashFaults(of card: ExploredCase.Card) -> FlashFaults {
        var faults = FlashFaults()
        faults.seed = explored.seed
        faults.slowness = Double(card.slowness)
        for fault in explored.faults(of: card.slot) {
            switch fault.kind {
            case .badBlock(let block, let behaviour): faults.blocks.append(BlockFault(block: block, behaviour))
            case .bitFlips(let perMillion): faults.bitFlipProbability = Double(perMillion) / 1_000_000
            default: break
            }
        }
        return faults
    }

    // MARK: The run

    private func play(on loop: VirtualTimeLoop) async throws -> Ending {
        let memory = images.memory(explored.image)
        let network = VirtualNetwork(loop: loop, sharing: [memory])
        let ill = LoopBound<Set<UInt16>>([], on: loop)
        let watcher = CaseWatcher(loop: loop)
        let meet: @Sendable (ExploredFault) -> Void = { fault in
            watcher.fired(fault)
            // Nobody waits for a card before the CE has met it, nor twice at a time.
            if let slot = fault.slot,
                !["receiving", "verifying", "catching-up"].contains(watcher.phase(ofSlot: Int(slot)))
            {
                ill.value.insert(slot)
            }
        }
        let slots = try slots(network, loop, onFault: meet)
        let server = ExploredServer(
            memory, explored.server, faults: explored.faults.map(\.kind).filter { $0.serverByte != nil }, loop: loop)
        let budget = MemoryBudget(bytes: explored.pool.bytes, loop: loop)
        let checks = StepChecks(explored: explored, slots: slots, budget: budget, memory: memory)
        watcher.check { checks.violation(at: $0) }
        let ce = ExploredCE(
            explored, manifest: images.manifest(explored.image),
            targets: slots.map { CardTarget(slot: Int($0.slot), endpoint: $0.endpoint) },
            source: ResumingSource(
                server, url: ExploredServer.url, imageBytes: UInt64(memory.bytes.count), defect: defect?.ofSource,
                loop: loop),
            budget: budget, network: network, watcher: watcher, defect: defect, loop: loop)
        let hasEnded = await withTaskGroup(of: Bool?.self) { tasks in
            for slot in slots {
                tasks.addTask {
                    await slot.live()
                    return nil
                }
            }
            for fault in explored.faults {
                tasks.addTask {
                    await Self.inflict(fault, slots, ce, loop, meet)
                    return nil
                }
            }
            tasks.addTask {
                await ce.run()
                return true
            }
            tasks.addTask {
                try? await loop.sleep(until: Instant(sinceStart: ExplorationLimits.horizon))
                return false
            }
            var ended: Bool?
            while ended == nil, let next = await tasks.next() { ended = next }
            tasks.cancelAll()
            return ended ?? false
        }
        var ending = Ending()
        if hasEnded {
            ending.download = await ce.download
            ending.rollout = await ce.rollout
        }
        for slot in slots {
            let watches = await slot.watches
            ending.cards.append(
                CardEnding(
                    slot: slot.slot, flash: slot.flashNow, activations: watches.map(\.activations).max() ?? 0,
                    bricked: await slot.bricked))
            ending.violations += watches.flatMap(\.violations)
            for block in await slot.bootedRecords {
                watcher.cover(block % 2 == 0 ? .firstRecordCopy : .secondRecordCopy)
            }
        }
        ending.violations += watcher.violations
        ending.serverSessions = server.sessionCount
        ending.serverBytes = server.sentBytes
        ending.heldBytes = budget.heldBytes
        ending.unlucky = ill.value
        ending.restarts = await ce.restarts
        note(ending, slots, server, watcher)
        ending.coverage = watcher.coverage
        return ending
    }

    private static func inflict(
        _ fault: ExploredFault, _ slots: [ExploredSlot], _ ce: ExploredCE, _ loop: VirtualTimeLoop,
        _ meet: @Sendable (ExploredFault) -> Void
    ) async {
        guard fault.atMilliseconds > 0 else { return }
        guard (try? await loop.sleep(until: Instant(sinceStart: .milliseconds(fault.atMilliseconds)))) != nil else {
            return
        }
        meet(fault)
        if let number = fault.slot, let slot = slots.first(where: { $0.slot == number }) {
            await slot.suffer(fault.kind)
        } else {
            await ce.suffer(fault.kind)
        }
    }

    // MARK: What was met

    private func note(_ ending: Ending, _ slots: [ExploredSlot], _ server: ExploredServer, _ watcher: CaseWatcher) {
        for kind in server.fired { watcher.fired(ExploredFault(kind: kind)) }
        let cards = ending.download?.cards ?? []
        if cards.contains(where: { $0.account.donorBytes > 0 }) { watcher.cover(.donorRead) }
        if server.resumptions > 0 && cards.contains(where: { $0.outcome == .success }) { watcher.cover(.restResume) }
        if ending.restarts > 0 { watcher.cover(.ceRestart) }
        for fault in explored.faults {
            guard let slot = fault.slot, let card = cards.first(where: { $0.slot == Int(slot) }) else { continue }
            switch fault.kind {
            case .restart, .powerLoss:
                if card.outcome == .success { watcher.cover(.cardComesBack) }
            case .lostReply(let reply):
                guard slots.contains(where: { $0.slot == slot && $0.cable.losses > 0 }) else { continue }
                watcher.fired(fault)
                guard reply == .activate else { continue }
                let state = ending.rollout?.cards.first { $0.slot == Int(slot) }?.state
                if let state, state != .unknown { watcher.cover(.unknownResolved) }
            default: break
            }
        }
    }
}

/// What a run came to.
package struct ExploredResult: Sendable {
    package var violations: [Violation]
    package var coverage: Coverage
    package var trace: TraceHash
    /// Of each card that has the image, by slot.
    var elapsed: [Int: Duration]
    /// The cards that were never detached.
    var attached: Set<Int> = []
}
