import CardDialogue
import CardSoftware
import Download
import Faults
package import FlashModel
import ImageSources
import LineCard
import Links
package import Reports
package import Runtime
import Scenarios
import Settings
package import ShelfModel
import SoftwareImage
import TLS

/// A whole scenario in one process, on the virtual clock: its acts one after the other, and its faults; repeatable from the seed.
package struct VirtualActs: Sendable {
    private let shelf: ShelfDescription
    private let acts: [PlannedAct]
    private let mode: DownloadMode
    /// By act and group.
    private let images: [String: [UInt8]]
    /// The same, for all cards that hold them.
    private let memories: [ImageMemory]

    /// What came of an act.
    package struct ActEnding: Sendable {
        /// Of a download that a CE lived to report.
        package var report: DownloadReport?
        /// Of what was done with each card.
        package var statuses: [CardStatus]
        package var hasSucceeded: Bool
        /// The CE was killed, and nobody took its place.
        package var isAbandoned: Bool
        /// What became of a second CE.
        package var secondReport: DownloadReport?
    }

    /// What came of it all.
    package struct Ending: Sendable {
        package var acts: [ActEnding]
        /// By slot.
        package var flashes: [(slot: Int, model: FlashModel)]
        package var restarts: [Int: Int]
        /// By the file's name: what the server counted.
        package var transfers: [String: (sessions: Int, bytes: UInt64)]
        package var firings: [FaultFiring]
        package var unfired: [FaultPlacement.Placed]
        package var events: [RunEvents.Event]
        /// What went against the rules.
        package var violations: [String]
        package var traceHash: TraceHash
        package var elapsed: Duration
    }

    /// - Throws: an image that cannot be read.
    package init(_ shelf: ShelfDescription, acts: [PlannedAct], mode: DownloadMode) throws(ShelfError) {
        self.shelf = shelf
        self.acts = acts
        self.mode = mode
        var images: [String: [UInt8]] = [:]
        for group in acts.filter({ $0.step.act == .download }).flatMap(\.groups) where images[group.fileName] == nil {
            images[group.fileName] = try group.image.bytes()
        }
        self.images = images
        memories = images.sorted { $0.key < $1.key }.map { ImageMemory($0.value) }
    }

    /// - Throws: `VirtualTimeLoop.Deadlock`, a card that cannot be built, `DeadlinePassed` at the scenario's time-out.
    package func run(seed: UInt64) throws -> Ending {
        let loop = VirtualTimeLoop(seed: seed)
        var ending = try loop.run { () async -> Result<Ending, any Error> in
            do { return .success(try await run(on: loop, seed: seed)) } catch { return .failure(error) }
        }.get()
        ending.traceHash = loop.trace
        ending.elapsed = loop.now.sinceStart
        return ending
    }

    /// What one run is made of.
    private struct Stage: Sendable {
        let cards: [VirtualCard]
        let targets: [UInt16: CardTarget]
        let files: [String: EmulatedFileServer]
        let control: CEControl
        let events: RunEvents
        let director: FaultDirector
        /// What could not be done on cue, a sentence each.
        let problems: LoopBound<[String]>
        let network: VirtualNetwork
        let loop: VirtualTimeLoop
    }

    private func run(on loop: VirtualTimeLoop, seed: UInt64) async throws -> Ending {
        let stage = try makeStage(on: loop, seed: seed)
        let limit = shelf.scenario.timeout
        let endings = try await withThrowingTaskGroup(of: [ActEnding]?.self) { tasks in
            for card in stage.cards {
                tasks.addTask {
                    await card.run()
                    return nil
                }
            }
            tasks.addTask {
                await stage.director.run()
                return nil
            }
            tasks.addTask {
                try await loop.withDeadline(limit, "end of the scenario with seed \(seed)") {
                    await self.perform(on: stage)
                }
            }
            defer { tasks.cancelAll() }
            while let next = try await tasks.next() {
                if let endings = next { return endings }
            }
            preconditionFailure("a scenario ends with its acts")
        }
        var ending = Ending(
            acts: endings, flashes: [], restarts: [:],
            transfers: stage.files.mapValues { (sessions: $0.sessionCount, bytes: $0.sentBytes) },
            firings: await stage.director.firings, unfired: await stage.director.unfired, events: stage.events.all,
            violations: stage.problems.value, traceHash: TraceHash(), elapsed: .zero)
        for card in stage.cards {
            ending.flashes.append((Int(card.slot), await card.flashModel()))
            ending.restarts[Int(card.slot)] = await card.restartCount
        }
        return ending
    }

    private func makeStage(on loop: VirtualTimeLoop, seed: UInt64) throws -> Stage {
        let network = VirtualNetwork(loop: loop, sharing: memories)
        let events = RunEvents(loop: loop)
        let control = CEControl(loop: loop)
        let relay = FiringRelay(loop: loop)
        var cards: [VirtualCard] = []
        for settings in shelf.cards {
            try checkStart(settings, on: loop)
            cards.append(
                try VirtualCard(
                    settings, isHit: shelf.placement.hits(settings.slot), on: network, loop: loop
                ) { number, slot in relay.add(number, slot: slot) })
        }
        let conditions = shelf.placement.isEmpty ? nil : LinkConditions(seed: seed, loop: loop)
        var files: [String: EmulatedFileServer] = [:]
        var first: EmulatedFileServer?
        for (name, image) in images.sorted(by: { $0.key < $1.key }) {
            let file =
                first.map { EmulatedFileServer(image: image, beside: $0) }
                ?? EmulatedFileServer(
                    image: image, link: shelf.serverLink,
                    chunkBytes: mode == .serial ? shelf.scenario.pool.blockBytes : nil, conditions: conditions,
                    loop: loop)
            first = first ?? file
            files[name] = file
        }
        let bySlot = Dictionary(uniqueKeysWithValues: cards.map { ($0.slot, $0) })
        let names = shelf.placement.faults.map(\.fault.action.name)
        let director = FaultDirector(
            shelf.placement, surface: VirtualSurface(cards: bySlot, ce: control, events: events),
            server: first?.conduct, serverLink: conditions, seed: seed, loop: loop
        ) { firing in
            loop.record(9)
            loop.record(UInt64(firing.number))
            events.note("fault \(names[firing.number])", slot: firing.slot.map(Int.init))
        }
        relay.connect(to: director)
        let security = try shelf.ceCredentials.map { try TLSContext($0, of: .ce) }
        let targets = bySlot.mapValues { card in
            // A card that is exchanged in the run is not the one that was planned.
            CardTarget(
                slot: Int(card.slot), endpoint: card.endpoint,
                serialNumber: shelf.placement.exchanges(card.slot) ? nil : card.serialNumber, security: security)
        }
        return Stage(
            cards: cards, targets: targets, files: files, control: control, events: events, director: director,
            problems: LoopBound([], on: loop), network: network, loop: loop)
    }

    /// A card that cannot start at all is an error of the scenario, not what it is about.
    private func checkStart(_ settings: CardSettings, on loop: VirtualTimeLoop) throws(ShelfError) {
        do throws(CardError) {
            _ = try PoweredCard(
                settings, flash: FlashModel(settings.flash, faults: settings.faults), security: nil, loop: loop)
        } catch {
            throw ShelfError("the card in slot \(settings.slot) cannot start: \(error)")
        }
    }

    // MARK: Acts

    /// Until one does not end as it should.
    private func perform(on stage: Stage) async -> [ActEnding] {
        var endings: [ActEnding] = []
        for act in acts {
            await stage.director.begin(step: act.number)
            let ending = await perform(act, on: stage)
            endings.append(ending)
            let isAsExpected = ending.isAbandoned || ending.hasSucceeded == (act.step.exit == .success)
            guard isAsExpected, !Task.isCancelled else { break }
        }
        return endings
    }

    /// One act, by as many CEs as it takes.
    private func perform(_ act: PlannedAct, on stage: Stage) async -> ActEnding {
        let second = LoopBound<DownloadReport?>(nil, on: stage.loop)
        var engine = "simulator"
        while true {
            stage.control.begin()
            let ce = makeCE(engine, on: stage)
            let ending = await withTaskGroup(of: VirtualCE.Ending?.self) { tasks in
                tasks.addTask { await ce.run(act) { self.source(of: $0, on: stage) } }
                tasks.addTask {
                    try? await stage.control.waitForKill()
                    return nil
                }
                tasks.addTask {
                    await self.runSecond(act, on: stage, into: second)
                    return nil
                }
                tasks.addTask {
                    await self.changeMemory(of: ce, on: stage)
                    return nil
                }
                var ending: VirtualCE.Ending?
                while ending == nil, !stage.control.isKilled, let next = await tasks.next() { ending = next }
                tasks.cancelAll()
                return stage.control.isKilled ? nil : ending
            }
            if let ending {
                return ActEnding(
                    report: ending.report, statuses: ending.statuses, hasSucceeded: ending.hasSucceeded,
                    isAbandoned: false, secondReport: second.value)
            }
            stage.events.note("ce killed")
            guard !Task.isCancelled, let successor = (try? await stage.control.nextCE()) ?? nil else {
                return ActEnding(
                    report: nil, statuses: [], hasSucceeded: false, isAbandoned: true, secondReport: second.value)
            }
            engine = successor == .standby ? "standby" : "simulator"
            stage.events.note("ce started")
        }
    }

    /// Sets the memory of the CE that runs whenever a fault says so.
    private func changeMemory(of ce: VirtualCE, on stage: Stage) async {
        while let bytes = try? await stage.control.nextMemory() {
            do throws(MemoryBudget.Refusal) { try ce.memory.set(bytes: Int(bytes)) } catch {
                stage.problems.value.append("the CE's memory was to become \(ByteCount(bytes)): \(error)")
            }
        }
    }

    private func makeCE(_ engine: String, on stage: Stage) -> VirtualCE {
        let collector = EventCollector(stage.events, loop: stage.loop)
        return VirtualCE(
            shelf: shelf, targets: stage.targets, mode: mode, network: stage.network, loop: stage.loop,
            observer: DownloadObservers(all: [TraceObserver(loop: stage.loop), collector]), activations: collector,
            engine: engine, memory: MemoryBudget(bytes: shelf.scenario.pool.budgetBytes, loop: stage.loop))
    }

    private func runSecond(_ act: PlannedAct, on stage: Stage, into report: LoopBound<DownloadReport?>) async {
        guard (try? await stage.control.waitForSecond()) != nil else { return }
        let second = VirtualCE(
            shelf: shelf, targets: stage.targets, mode: mode, network: stage.network, loop: stage.loop,
            observer: DownloadObservers(all: []),
            activations: EventCollector(RunEvents(loop: stage.loop), loop: stage.loop), engine: "second",
            memory: MemoryBudget(bytes: shelf.scenario.pool.budgetBytes, loop: stage.loop))
        let ending = await second.run(act) { self.source(of: $0, on: stage) }
        report.value = ending.report
        // It has ended; the first one goes on.
        try? await stage.control.waitForKill()
    }

    private func source(of group: ShelfGroup, on stage: Stage) -> any ImageSource {
        guard let file = stage.files[group.fileName] else {
            preconditionFailure("the server has the images of all downloads")
        }
        return ResumingSource(
            file, url: "ftp://emulated/\(group.fileName)", imageBytes: group.manifest.imageBytes, loop: stage.loop)
    }
}
