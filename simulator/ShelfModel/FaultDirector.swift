package import Faults
import LineCard
package import Links
package import Runtime

/// Lets a scenario's faults befall a shelf, on either clock: keeps the clock for those that fire by time, follows the server for those
/// that fire by what it sends, is told by the cards of those that they saw themselves, and does what no card can do to itself.
///
/// Its executor is the loop that it is handed.
package actor FaultDirector {
    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private struct Entry {
        let placed: FaultPlacement.Placed
        var machine: FaultTriggerMachine
        var isArmed = false
        /// When it fires by the clock.
        var dueAt: Instant?

        var fault: Fault { placed.fault }
        /// The server's progress is the CE's, too.
        var followsServer: Bool { fault.target == .server || fault.target == .ce }
    }

    /// What is to be done, and when.
    private struct Deed {
        enum What {
            case begin(Int, slot: UInt16?)
            case endServer(Int)
            case start(UInt16, isOther: Bool)
            case resume(UInt16)
            case startCE(isStandby: Bool)
        }

        var what: What
        var at: Instant
    }

    private var entries: [Entry]
    private var deeds: [Deed] = []
    private let surface: any FaultSurface
    private let server: ServerConduct?
    private let serverLink: LinkConditions?
    private var waiter: Waiter?
    private let startedAt: Instant
    private let onFire: @Sendable (FaultFiring) -> Void
    package private(set) var firings: [FaultFiring] = []

    /// - Parameters:
    ///   - server: nil where the server is not ours to spoil.
    ///   - onFire: told of each firing, on the loop.
    package init(
        _ placement: FaultPlacement, surface: any FaultSurface, server: ServerConduct?, serverLink: LinkConditions?,
        seed: UInt64, loop: any Loop, onFire: @escaping @Sendable (FaultFiring) -> Void = { _ in }
    ) {
        self.loop = loop
        self.surface = surface
        self.server = server
        self.serverLink = serverLink
        self.onFire = onFire
        startedAt = loop.now
        entries = placement.faults.map { placed in
            Entry(
                placed: placed,
                machine: FaultTriggerMachine(
                    placed.fault.trigger, limit: placed.fault.firingLimit,
                    seed: FaultPlacement.seed(seed, placed.number, slot: 0)))
        }
        server?.observe { [weak self] observation in self?.follow(observation) }
    }

    // MARK: Steps

    /// A step of the scenario begins: its faults are awaited from now on, and their clocks start.
    package func begin(step: Int) async {
        for index in entries.indices where entries[index].fault.step == step {
            let (placed, fault) = (entries[index].placed, entries[index].fault)
            entries[index].isArmed = true
            switch fault.trigger.cue {
            case .time(let time): entries[index].dueAt = loop.now.advanced(by: time)
            case .beginning where placed.slots.isEmpty || !fault.action.definition.family.isCarriedOutByCard:
                await fire(index)
            case .beginning, .progress, .offset, .page, .eraseBlock, .flashOperation, .phase:
                // Cards have those of the first step from their start on.
                guard step > 0 else { continue }
                for slot in placed.slots { await surface.order(.arm, placed.number, slot: slot) }
            }
        }
        wake()
    }

    /// Does what is due, until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            let now = loop.now
            for index in entries.indices where entries[index].dueAt.map({ $0 <= now }) ?? false {
                entries[index].dueAt = nil
                await fire(index)
            }
            while let place = deeds.firstIndex(where: { $0.at <= now }) {
                await carryOut(deeds.remove(at: place).what)
            }
            let next = (entries.compactMap(\.dueAt) + deeds.map(\.at)).min()
            guard next.map({ $0 > loop.now }) ?? true else { continue }
            do {
                try await loop.suspend { waiter in
                    self.waiter = waiter
                    if let next { loop.resume(waiter, at: next) }
                    if deeds.contains(where: { $0.at <= loop.now }) { waiter.resume() }
                }
            } catch {
                return
            }
        }
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }

    private func schedule(_ what: Deed.What, after delay: Duration = .zero) {
        deeds.append(Deed(what: what, at: loop.now.advanced(by: delay)))
        wake()
    }

    // MARK: What fires

    /// The server is about to send this.
    private nonisolated func follow(_ observation: FaultObservation) {
        assumeIsolated { director in
            for index in director.entries.indices
            where director.entries[index].isArmed && director.entries[index].followsServer {
                guard director.entries[index].machine.observe(observation) else { continue }
                director.note(index, slot: nil)
                // What the server does wrong, it does from this very piece on.
                if !director.beginAtServer(director.entries[index].placed) {
                    director.schedule(.begin(index, slot: nil))
                }
            }
        }
    }

    /// A card has seen a fault of its script fire. On the loop.
    package nonisolated func noteFiring(_ number: Int, slot: UInt16) {
        assumeIsolated { director in
            director.note(number, slot: slot)
            let fault = director.entries[number].fault
            switch fault.action.effect {
            case .powerLoss: director.surface.losesPower(slot, for: fault.duration ?? .zero)
            case .process: director.schedule(.begin(number, slot: slot))
            case .link, .flash, .block, .unit, .rot, .software, .server: break
            }
        }
    }

    private func fire(_ index: Int) async {
        guard entries[index].machine.occur() else { return }
        let (placed, fault) = (entries[index].placed, entries[index].fault)
        guard !placed.slots.isEmpty else {
            note(index, slot: nil)
            if !beginAtServer(placed) { await begin(fault, slot: nil) }
            return
        }
        for slot in placed.slots {
            if fault.action.definition.family.isCarriedOutByCard {
                // It says so itself when it has begun.
                await surface.order(.begin, placed.number, slot: slot)
            } else {
                note(index, slot: slot)
                await begin(fault, slot: slot)
            }
        }
    }

    private func note(_ number: Int, slot: UInt16?) {
        let firing = FaultFiring(number: number, at: startedAt.duration(to: loop.now), slot: slot)
        firings.append(firing)
        onFire(firing)
    }

    /// - Returns: false when it is not the server's to do.
    private func beginAtServer(_ placed: FaultPlacement.Placed) -> Bool {
        let fault = placed.fault
        switch (fault.action.effect, fault.target) {
        case (.server(let change), _): server?.begin(placed.number, uses: fault.uses, change)
        case (.link(let direction, let change), .server):
            serverLink?.begin(placed.number, direction, change)
            if fault.action.definition.isMomentary && fault.duration == nil { serverLink?.end(placed.number) }
        default: return false
        }
        if let duration = fault.duration { schedule(.endServer(placed.number), after: duration) }
        return true
    }

    // MARK: What is done

    private func carryOut(_ deed: Deed.What) async {
        switch deed {
        case .begin(let index, let slot): await begin(entries[index].fault, slot: slot)
        case .endServer(let number):
            server?.end(number)
            serverLink?.end(number)
        case .start(let slot, let isOther): await surface.start(slot, isOther: isOther)
        case .resume(let slot): await surface.pause(slot, false)
        case .startCE(let isStandby): surface.ce.start(isStandby ? .standby : .same)
        }
    }

    private func begin(_ fault: Fault, slot: UInt16?) async {
        guard case .process(let order) = fault.action.effect else { return }
        if let slot {
            await begin(order, of: slot, for: fault.duration)
        } else {
            begin(order, for: fault.duration)
        }
    }

    private func begin(_ order: ProcessOrder, of slot: UInt16, for duration: Duration?) async {
        switch order {
        case .kill, .pull:
            await surface.kill(slot)
            if let duration { schedule(.start(slot, isOther: false), after: duration) }
        case .restart(let delay):
            await surface.kill(slot)
            schedule(.start(slot, isOther: false), after: delay)
        case .insert(let delay, let isOther):
            await surface.kill(slot)
            schedule(.start(slot, isOther: isOther), after: delay)
        case .pause:
            await surface.pause(slot, true)
            if let duration { schedule(.resume(slot), after: duration) }
        case .restartCE, .switchOver, .secondCE, .setMemory: break
        }
    }

    private func begin(_ order: ProcessOrder, for duration: Duration?) {
        switch order {
        case .kill:
            surface.ce.kill(comesBack: duration != nil)
            if let duration { schedule(.startCE(isStandby: false), after: duration) }
        case .restart(let delay), .restartCE(let delay):
            surface.ce.kill(comesBack: true)
            schedule(.startCE(isStandby: false), after: delay)
        case .switchOver(let delay):
            surface.ce.kill(comesBack: true)
            schedule(.startCE(isStandby: true), after: delay)
        case .secondCE: surface.ce.startSecond()
        case .setMemory(let bytes): surface.ce.setMemory(bytes: bytes)
        case .pause, .pull, .insert: break
        }
    }

    // MARK: Afterwards

    /// The faults that never fired although they should have.
    package var unfired: [FaultPlacement.Placed] {
        let fired = Set(firings.map(\.number))
        return entries.map(\.placed).filter { placed in
            guard !placed.fault.isOptional, !fired.contains(placed.number) else { return false }
            // What a card has from its start on has befallen it, whether or not it was asked.
            let standsInCard = placed.fault.trigger.cue == .beginning && !placed.slots.isEmpty
            return !(standsInCard && placed.fault.step == 0)
        }
    }
}
