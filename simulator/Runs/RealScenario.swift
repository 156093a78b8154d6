import CardSoftware
import Download
import Faults
import FlashModel
import Glibc
import LineCard
import Links
import Plans
import Reports
import Rollout
package import Runtime
import Scenarios
import Settings
package import ShelfModel
import Shelves
import SoftwareImage
import TLS
import VirtualShelf

/// Runs a scenario with real processes: a file server, a card process per slot, and `ce`; then looks at every card's flash.
package actor RealScenario {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let request: RunRequest
    private let shelf: ShelfDescription
    private let acts: [PlannedAct]
    private let programs: Programs
    let folder: RunFolder
    let control: CEControl
    private let events: RunEvents
    private let conditions: LinkConditions?
    /// The one that runs, for whoever kills it.
    private var ce: ChildProcess?
    /// What could not be done on cue, a sentence each.
    var problems: [String] = []

    /// Until all cards that were started again serve: they need milliseconds.
    private static let restartLimit: Duration = .seconds(20)

    /// What came of an act.
    private struct CEEnding {
        var act: RunRecord.Act
        var status: ExitStatus
        var hasTimedOut = false
    }

    package init(_ request: RunRequest, programs: Programs, folder: RunFolder, loop: EventLoop) throws(ShelfError) {
        self.request = request
        self.programs = programs
        self.folder = folder
        self.loop = loop
        shelf = try ShelfDescription(request.scenario, lineCardPath: programs.lineCard)
        acts = try shelf.acts(lineCardPath: programs.lineCard)
        control = CEControl(loop: loop)
        events = RunEvents(loop: loop)
        conditions = shelf.placement.isEmpty ? nil : LinkConditions(seed: request.scenario.seed, loop: loop)
    }

    /// Cancelled, it ends the CE and the shelf in order.
    ///
    /// - Throws: `ShelfError`, `ServerUnavailable`: why there is nothing to report.
    package func run() async throws -> RunEnding {
        try writeImages()
        try writeCredentials()
        let relay = FiringRelay(loop: loop)
        let cards = shelfOfCards(
            restartsCards: request.scenario.bootsImages || !request.powerCuts.isEmpty, onFiring: relay.add)
        return try await server.run { server, tally in
            let director = self.director(of: cards, tally)
            relay.connect(to: director)
            let (endings, lost, simulator, restarts) = try await cards.run { targets in
                let endings = try await self.perform(directedBy: director, on: cards, with: targets, from: server)
                let simulator = SimulatorReport(
                    cardsPSSBytes: await cards.proportionalSetBytes(),
                    registrationSeconds: await cards.registrationTime.seconds)
                return (endings, await cards.lostCards(), simulator, await cards.restartCountsBySlot())
            }
            var record = RunRecord(
                acts: [], restarts: restarts, unfired: await director.unfired, events: events.all,
                hasEngineEvents: false)
            for ending in endings { record.acts.append(await self.counted(ending.act, tally)) }
            return try self.ending(endings, record, lost: lost, simulator: simulator)
        }
    }

    private func director(of cards: Shelf, _ tally: ServerTally) -> FaultDirector {
        let names = shelf.placement.faults.map(\.fault.action.name)
        return FaultDirector(
            shelf.placement, surface: ProcessSurface(shelf: cards, ce: control, events: events),
            server: tally.conduct, serverLink: conditions, seed: request.scenario.seed, loop: loop
        ) { [events] firing in
            events.note("fault \(names[firing.number])", slot: firing.slot.map(Int.init))
        }
    }

    /// Starts the server and the shelf, and leaves them running until the task is cancelled.
    ///
    /// - Parameter onReady: is handed the command that downloads to the shelf.
    /// - Throws: `ShelfError`, `ServerUnavailable`, `CancellationError` at the end.
    package func hold(onReady: @Sendable (String) -> Void) async throws {
        try writeImages()
        try writeCredentials()
        try await server.run { server, _ in
            // Whoever drives it by hand may have cards boot what they were given, and end them.
            try await shelfOfCards(restartsCards: true).run { targets in
                try await self.writePlan(acts[0], targets, server)
                onReady("\(self.programs.ce) download \(self.folder.path)/plan.yaml")
                while true { try await self.loop.sleep(for: .seconds(3600)) }
            }
        }
    }

    private var server: ShelfServer {
        ShelfServer(shelf, folder: folder.serverPath, logs: folder.path, conditions: conditions, loop: loop)
    }

    private func shelfOfCards(
        restartsCards: Bool, onFiring: @escaping @Sendable (Int, UInt16) -> Void = { _, _ in }
    ) -> Shelf {
        Shelf(
            cards: shelf.cards, program: programs.lineCard,
            flashFile: { [folder] in folder.flashFile(ofSlot: $0) }, logFile: "\(folder.path)/cards.log",
            restartsCards: restartsCards, hasFaults: !shelf.placement.isEmpty, powerCuts: request.powerCuts, loop: loop,
            onFiring: onFiring)
    }

    // MARK: Before

    private func writeImages() throws(ShelfError) {
        var written: Set<String> = []
        for group in acts.filter({ $0.step.act == .download }).flatMap(\.groups)
        where shelf.scenario.server.url(of: group.group.image) == nil && written.insert(group.fileName).inserted {
            try OutputFile.write("\(folder.serverPath)/\(group.fileName)") { (file) throws(ShelfError) in
                try group.image.forEachChunk { (bytes) throws(ShelfError) in try file.append(bytes) }
            }
        }
    }

    private func writePlan(
        _ act: PlannedAct, _ targets: [(slot: Int, endpoint: Endpoint)], _ server: ServerAddress
    ) throws(ShelfError) {
        let scenario = request.scenario
        var groups: [PlannedGroup] = []
        var manifests: [String: String] = [:]
        for group in act.groups {
            let image = PlannedImage(
                url: try server.url(of: group), manifest: group.manifest, user: scenario.server.account?.user)
            let serialNumbers = Dictionary(uniqueKeysWithValues: group.cards.map { (Int($0.slot), $0.serialNumber) })
            let cards = targets.filter { serialNumbers[$0.slot] != nil }.map { target in
                // A card that is exchanged in the run is not the one that was planned.
                let isExchanged = shelf.placement.exchanges(UInt16(target.slot))
                return PlannedCard(
                    slot: UInt16(target.slot), endpoint: target.endpoint,
                    serialNumber: isExchanged ? nil : serialNumbers[target.slot])
            }
            groups.append(
                PlannedGroup(
                    name: group.name, image: image, cards: cards, rollout: group.group.rollout,
                    stalls: group.group.stalls.policy))
            let name = act.groups.count > 1 ? "-\(group.name)" : ""
            let manifest = "manifest\(name)\(act.suffix).yaml"
            try folder.write(ManifestWriter.text(of: group.manifest), to: manifest)
            manifests[group.name] = manifest
        }
        let plan = DownloadPlan(
            pool: scenario.pool, mode: request.mode, timeout: nil, security: security, groups: groups)
        try folder.write(PlanWriter.text(of: plan, manifestPaths: manifests), to: "plan\(act.suffix).yaml")
    }

    /// In the plan, whose folder this is.
    private var security: PlannedSecurity {
        shelf.ceCredentials == nil
            ? .clear : .tls(CredentialFiles(certificate: "ce.pem", key: "ce.key", authority: "ca.pem"))
    }

    private func writeCredentials() throws(ShelfError) {
        guard let credentials = shelf.ceCredentials else { return }
        try folder.writeSecret(credentials.certificate, to: "ce.pem")
        try folder.writeSecret(credentials.key, to: "ce.key")
        try folder.writeSecret(credentials.authority, to: "ca.pem")
    }

    // MARK: The acts

    /// Until one does not end as it should.
    private func perform(
        directedBy director: FaultDirector, on cards: Shelf, with targets: [(slot: Int, endpoint: Endpoint)],
        from server: ServerAddress
    ) async throws -> [CEEnding] {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await director.run() }
            defer { tasks.cancelAll() }
            var endings: [CEEnding] = []
            for act in acts where !Task.isCancelled {
                if act.number > 0, shelf.placement.isEmpty {
                    try await cards.waitUntilReady(within: Self.restartLimit)
                }
                await cards.begin(step: act.number)
                await director.begin(step: act.number)
                let ending = try await perform(act, with: targets, from: server)
                endings.append(ending)
                let isAsExpected =
                    ending.act.isAbandoned || ending.act.hasSucceeded == (act.step.exit == .success)
                guard isAsExpected, !ending.hasTimedOut else { break }
            }
            return endings
        }
    }

    /// One act, by as many CEs as it takes.
    private func perform(
        _ act: PlannedAct, with targets: [(slot: Int, endpoint: Endpoint)], from server: ServerAddress
    ) async throws -> CEEnding {
        if act.step.act == .wait {
            try? await loop.sleep(for: act.step.duration)
            return CEEnding(act: RunRecord.Act(act: act, hasSucceeded: true), status: .code(0))
        }
        try writePlan(act, targets, server)
        let deadline = loop.now.advanced(by: request.scenario.timeout)
        var second: DownloadReport?
        while true {
            control.begin()
            let output = "\(folder.path)/ce\(act.suffix).json"
            let ce = try start(act, output: output, socket: folder.controlSocket(act.suffix))
            self.ce = ce
            let hasTimedOut = try await withThrowingTaskGroup(of: DownloadReport?.self) { tasks in
                tasks.addTask {
                    await self.killOnCue()
                    return nil
                }
                tasks.addTask { try await self.runSecond(act) }
                tasks.addTask {
                    await self.changeMemory(act)
                    return nil
                }
                let hasTimedOut = await self.waitForEnd(until: deadline)
                tasks.cancelAll()
                while let next = try await tasks.next() { second = next ?? second }
                return hasTimedOut
            }
            self.ce = nil
            guard control.isKilled, !hasTimedOut, !Task.isCancelled else {
                return ending(of: act, ce.status!, output: output, second: second, hasTimedOut: hasTimedOut)
            }
            events.note("ce killed")
            guard (try? await control.nextCE()) ?? nil != nil else {
                let ended = RunRecord.Act(act: act, hasSucceeded: false, isAbandoned: true, secondReport: second)
                return CEEnding(act: ended, status: ce.status!)
            }
            events.note("ce started")
        }
    }

    /// - Parameter socket: where the CE is asked; nil: nowhere.
    private func start(
        _ act: PlannedAct, output: String, socket: String?
    ) throws(ChildProcessError) -> ChildProcess {
        var arguments = [act.step.act.rawValue, "\(folder.path)/plan\(act.suffix).yaml", "--json"]
        if act.step.act == .download {
            arguments += ["--progress", request.progress, "--control", socket ?? "none"]
        }
        var environment: [(String, String)] = []
        if let account = request.scenario.server.account { environment.append(("CE_PASSWORD", account.password)) }
        // What a CE left that was killed is not the next one's report.
        unlink(output)
        return try ChildProcess(
            name: "ce", path: programs.ce, arguments: arguments, environment: environment, output: .file(output),
            errors: .inherited, loop: loop)
    }

    private func killOnCue() async {
        guard (try? await control.waitForKill()) != nil else { return }
        ce?.signal(SIGKILL)
    }

    /// - Returns: whether the act's time was up.
    private func waitForEnd(until deadline: Instant) async -> Bool {
        guard let ce else { return false }
        var hasTimedOut = false
        while ce.status == nil {
            do {
                try await ce.waitForExit(until: deadline)
            } catch {
                // Ctrl-C reaches the simulator alone: it passes it on, and the CE ends in order.
                ce.signal(SIGINT)
                await ce.end()
            }
            if ce.status == nil && loop.now >= deadline {
                hasTimedOut = true
                await ce.end()
            }
        }
        return hasTimedOut
    }

    /// - Returns: what a second CE came to; nil where none is asked for.
    private func runSecond(_ act: PlannedAct) async throws -> DownloadReport? {
        guard (try? await control.waitForSecond()) != nil else { return nil }
        let output = "\(folder.path)/second\(act.suffix).json"
        let second = try start(act, output: output, socket: folder.controlSocket("second\(act.suffix)"))
        do { try await second.waitForExit(until: loop.now.advanced(by: request.scenario.timeout)) } catch {
            await second.end()
        }
        if second.status == nil { await second.end() }
        return ReportFile.download(at: output)
    }

    private func ending(
        of act: PlannedAct, _ status: ExitStatus, output: String, second: DownloadReport?, hasTimedOut: Bool
    ) -> CEEnding {
        let report = act.step.act == .download ? ReportFile.download(at: output) : nil
        let statuses = act.step.act == .download ? [] : ReportFile.shelf(at: output)?.cards ?? []
        let ended = RunRecord.Act(
            act: act, report: report, statuses: statuses, hasSucceeded: status == .code(0), secondReport: second,
            ending: "ended with \(status)")
        for card in report?.cards ?? [] { events.note(card.outcome.rawValue, slot: card.slot, reason: card.reason) }
        return CEEnding(act: ended, status: status, hasTimedOut: hasTimedOut)
    }

    // MARK: After

    /// With what the server has counted, by group.
    private func counted(_ act: RunRecord.Act, _ tally: ServerTally) async -> RunRecord.Act {
        var act = act
        for (index, group) in act.act.groups.enumerated() {
            guard let known = act.report?.groups[index].serverSessions,
                let counts = await tally.counts(ofFile: group.fileName, expecting: known)
            else { continue }
            act.report?.groups[index].serverSessions = counts.transfers
            act.report?.groups[index].serverBytes = counts.bytes
            act.report?.groups[index].serverCountedBy = "server"
        }
        return act
    }

    private func ending(
        _ endings: [CEEnding], _ record: RunRecord, lost: [(slot: Int, status: ExitStatus)], simulator: SimulatorReport
    ) throws -> RunEnding {
        guard let main = endings.first(where: { $0.act.report != nil }) else {
            // The CE has said on standard error what is wrong.
            throw CEFailure(status: endings.last?.status ?? .code(0))
        }
        var record = record
        var problems = problems
        problems += lost.map { "the card in slot \($0.slot) ended by itself with \($0.status); see cards.log" }
        if endings.contains(where: \.hasTimedOut) {
            problems.append(
                "the run was expected to end within \(ReportText.duration(request.scenario.timeout.seconds))")
        }
        examineFlash(into: &record)
        let report = try ReportBuilder(request: request, shelf: shelf, jobs: shelf.jobs).report(
            record, simulator: simulator, traceHash: nil, problems: problems)
        if report.passed && !request.keepsFlash { try folder.removeFlash() }
        var ending = RunEnding(
            report: report, exit: exit(of: main, endings, report: report), differences: record.differences)
        ending.steps = record.acts.dropFirst().compactMap(\.report)
        ending.restartCount = record.restarts.values.reduce(0, +)
        return ending
    }

    /// Opens every card's flash file, which outlives its process.
    private func examineFlash(into record: inout RunRecord) {
        let known = acts.flatMap(\.groups).map(\.manifest.digest)
        for group in shelf.groups {
            for card in group.cards {
                let slot = Int(card.slot)
                do {
                    let storage = try FileFlashStorage(
                        path: folder.flashFile(ofSlot: slot), profile: card.flash, faults: card.faults,
                        access: .inspection)
                    // In memory, so that to boot it changes no file.
                    let model = try FlashModel(card.flash, copying: storage)
                    FlashExamination(group: group, known: known).examine(model, slot: slot, into: &record)
                } catch {
                    record.differences.append((slot, "\(error)"))
                }
            }
        }
    }

    private func exit(of main: CEEnding, _ endings: [CEEnding], report: RunReport) -> ProgramExit {
        if endings.contains(where: \.hasTimedOut) { return .timedOut }
        if Task.isCancelled { return .interrupted }
        if report.passed { return .success }
        // What the CE says of the server is said on by the simulator.
        if case .code(let code) = main.status, code == ProgramExit.unavailable.rawValue { return .unavailable }
        return .failed
    }
}
