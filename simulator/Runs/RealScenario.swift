import CardSoftware
import Download
import FlashModel
import LineCard
import Plans
package import Reports
import Rollout
package import Runtime
import Scenarios
import Settings
package import ShelfModel
package import Shelves
import SoftwareImage
import TLS

/// Runs a scenario with real processes: a file server, a card process per slot, and `ce`; then looks at every card's flash.
package actor RealScenario {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let request: RunRequest
    private let shelf: ShelfDescription
    private let programs: Programs
    private let folder: RunFolder
    private var furtherReports: [DownloadReport] = []

    /// Until all cards that were started again serve: they need milliseconds.
    private static let restartLimit: Duration = .seconds(20)

    /// What the CE left.
    private struct CEEnding {
        var report: DownloadReport?
        var status: ExitStatus
        var hasTimedOut: Bool
    }

    /// One of a scenario's downloads: the groups' own, or one that follows them.
    private struct Step {
        var shelf: ShelfDescription
        /// Stands in the names of its files.
        var suffix: String
    }

    package init(_ request: RunRequest, programs: Programs, folder: RunFolder, loop: EventLoop) throws(ShelfError) {
        self.request = request
        self.programs = programs
        self.folder = folder
        self.loop = loop
        shelf = try ShelfDescription(request.scenario, lineCardPath: programs.lineCard)
    }

    /// Cancelled, it ends the CE and the shelf in order.
    ///
    /// - Throws: `ShelfError`, `ServerUnavailable`: why there is nothing to report.
    package func run() async throws -> RunEnding {
        try writeImages(of: firstStep)
        try writeCredentials()
        let cards = shelfOfCards(
            restartsCards: request.scenario.bootsImages || !request.powerCuts.isEmpty)
        return try await server.run { server, tally in
            let (ce, problems, lost, simulator, restarts) = try await cards.run { targets in
                let ce = try await self.download(self.firstStep, to: targets, from: server)
                let problems = try await self.goOn(after: ce, on: cards, with: targets, from: server)
                let simulator = SimulatorReport(
                    cardsPSSBytes: await cards.proportionalSetBytes(),
                    registrationSeconds: await cards.registrationTime.seconds)
                return (ce, problems, await cards.lostCards(), simulator, await cards.restartCount())
            }
            let counts = await self.counts(of: ce, tally)
            var ending = try self.ending(ce, problems: problems, lost: lost, counts: counts, simulator: simulator)
            ending.steps = furtherReports
            ending.restartCount = restarts
            return ending
        }
    }

    /// Starts the server and the shelf, and leaves them running until the task is cancelled.
    ///
    /// - Parameter onReady: is handed the command that downloads to the shelf.
    /// - Throws: `ShelfError`, `ServerUnavailable`, `CancellationError` at the end.
    package func hold(onReady: @Sendable (String) -> Void) async throws {
        try writeImages(of: firstStep)
        try writeCredentials()
        try await server.run { server, _ in
            // Whoever drives it by hand may have cards boot what they were given, and end them.
            try await shelfOfCards(restartsCards: true).run { targets in
                try await self.writePlan(firstStep, targets, server)
                onReady("\(self.programs.ce) download \(self.folder.path)/plan.yaml")
                while true { try await self.loop.sleep(for: .seconds(3600)) }
            }
        }
    }

    private var server: ShelfServer {
        ShelfServer(shelf, folder: folder.serverPath, logs: folder.path, loop: loop)
    }

    private func shelfOfCards(restartsCards: Bool) -> Shelf {
        Shelf(
            cards: shelf.cards, program: programs.lineCard,
            flashFile: { [folder] in folder.flashFile(ofSlot: $0) }, logFile: "\(folder.path)/cards.log",
            restartsCards: restartsCards, powerCuts: request.powerCuts, loop: loop)
    }

    private var firstStep: Step { Step(shelf: shelf, suffix: "") }

    // MARK: Before

    private func writeImages(of step: Step) throws(ShelfError) {
        for group in step.shelf.groups where shelf.scenario.server.url(of: group.group.image) == nil {
            try OutputFile.write("\(folder.serverPath)/\(group.fileName)") { (file) throws(ShelfError) in
                try group.image.forEachChunk { (bytes) throws(ShelfError) in try file.append(bytes) }
            }
        }
    }

    private func writePlan(
        _ step: Step, _ targets: [(slot: Int, endpoint: Endpoint)], _ server: ServerAddress
    ) throws(ShelfError) {
        let scenario = request.scenario
        var groups: [PlannedGroup] = []
        var manifests: [String: String] = [:]
        for group in step.shelf.groups {
            let image = PlannedImage(
                url: try server.url(of: group), manifest: group.manifest, user: scenario.server.account?.user)
            let serialNumbers = Dictionary(uniqueKeysWithValues: group.cards.map { (Int($0.slot), $0.serialNumber) })
            let cards = targets.filter { serialNumbers[$0.slot] != nil }.map { target in
                PlannedCard(
                    slot: UInt16(target.slot), endpoint: target.endpoint, serialNumber: serialNumbers[target.slot])
            }
            groups.append(
                PlannedGroup(
                    name: group.name, image: image, cards: cards,
                    rollout: RolloutPlan(goal: group.group.after.rolloutGoal), stalls: group.group.stalls.policy))
            let name = step.shelf.groups.count > 1 ? "-\(group.name)" : ""
            let manifest = "manifest\(name)\(step.suffix).yaml"
            try folder.write(ManifestWriter.text(of: group.manifest), to: manifest)
            manifests[group.name] = manifest
        }
        let plan = DownloadPlan(
            pool: scenario.pool, mode: request.mode, timeout: nil, security: security, groups: groups,
            insecureUnsigned: scenario.sendsUnsigned)
        try folder.write(PlanWriter.text(of: plan, manifestPaths: manifests), to: "plan\(step.suffix).yaml")
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

    // MARK: The download

    private func download(
        _ step: Step, to targets: [(slot: Int, endpoint: Endpoint)], from server: ServerAddress
    ) async throws -> CEEnding {
        try writePlan(step, targets, server)
        let output = "\(folder.path)/ce\(step.suffix).json"
        var environment: [(String, String)] = []
        if let account = request.scenario.server.account { environment.append(("CE_PASSWORD", account.password)) }
        let ce = try ChildProcess(
            name: "ce", path: programs.ce,
            arguments: [
                "download", "\(folder.path)/plan\(step.suffix).yaml", "--json", "--progress", request.progress,
            ],
            environment: environment, output: .file(output), errors: .inherited, loop: loop)
        let deadline = loop.now.advanced(by: request.scenario.timeout)
        var hasTimedOut = false
        while ce.status == nil {
            do {
                try await ce.waitForExit(until: deadline)
            } catch {
                // Ctrl-C reaches the simulator alone: it passes it on, and the CE ends in order.
                ce.signal(2)
                await ce.end()
            }
            if ce.status == nil && loop.now >= deadline {
                hasTimedOut = true
                await ce.end()
            }
        }
        let report = ReportFile.download(at: output)
        return CEEnding(report: report, status: ce.status!, hasTimedOut: hasTimedOut)
    }

    /// Runs the scenario's further downloads, until one does not end as it should.
    ///
    /// - Returns: what was not as expected.
    private func goOn(
        after first: CEEnding, on cards: Shelf, with targets: [(slot: Int, endpoint: Endpoint)],
        from server: ServerAddress
    ) async throws -> [String] {
        let scenario = request.scenario
        let names = scenario.groups.map(\.image.name).joined(separator: ", ")
        var problems = versionProblems(first, scenario.expectation.running, image: names)
        for (index, next) in scenario.steps.enumerated() where problems.isEmpty && !Task.isCancelled {
            let step = Step(
                shelf: try ShelfDescription(scenario.following(next), lineCardPath: programs.lineCard),
                suffix: "-\(index + 2)")
            try writeImages(of: step)
            try await cards.waitUntilReady(within: Self.restartLimit)
            let ce = try await download(step, to: targets, from: server)
            if let report = ce.report { furtherReports.append(report) }
            let succeeded = ce.status == .code(0)
            if succeeded != (next.exit == .success) {
                problems.append(
                    "image \(next.image.name): ce was expected to end in \(next.exit.rawValue), and it ended with \(ce.status)"
                )
            }
            problems += versionProblems(ce, next.running, image: next.image.name)
        }
        return problems
    }

    private func versionProblems(_ ce: CEEnding, _ expected: String?, image: String) -> [String] {
        guard let expected, let report = ce.report else { return [] }
        let others = report.cards.filter { $0.softwareVersion != expected }
        guard !others.isEmpty else { return [] }
        let seen = Set(others.map { $0.softwareVersion ?? "nothing" }).sorted().joined(separator: ", ")
        return [
            "after image \(image) every card was expected to run \(expected), and \(ReportText.ranges(others.map(\.slot))) run \(seen)"
        ]
    }

    // MARK: After

    /// What the server has counted, by group; empty without a report.
    private func counts(of ce: CEEnding, _ tally: ServerTally) async -> [ServerCounts?] {
        var counts: [ServerCounts?] = []
        for (group, report) in zip(shelf.groups, ce.report?.groups ?? []) {
            counts.append(await tally.counts(ofFile: group.fileName, expecting: report.serverSessions))
        }
        return counts
    }

    private func ending(
        _ ce: CEEnding, problems others: [String], lost: [(slot: Int, status: ExitStatus)], counts: [ServerCounts?],
        simulator: SimulatorReport
    ) throws -> RunEnding {
        guard var download = ce.report else {
            // The CE has said on standard error what is wrong.
            throw CEFailure(status: ce.status)
        }
        for (index, counts) in counts.enumerated() {
            guard let counts else { continue }
            download.groups[index].serverSessions = counts.transfers
            download.groups[index].serverBytes = counts.bytes
            download.groups[index].serverCountedBy = "server"
        }
        var problems = lost.map { "the card in slot \($0.slot) ended by itself with \($0.status); see cards.log" }
        problems += others
        if ce.hasTimedOut {
            problems.append(
                "the run was expected to end within \(ReportText.duration(request.scenario.timeout.seconds))")
        }
        let differences = flashDifferences()
        let report = try ReportBuilder(request: request, shelf: shelf, jobs: shelf.jobs).report(
            download, differences: differences, simulator: simulator, traceHash: nil, problems: problems)
        if report.passed && !request.keepsFlash { try folder.removeFlash() }
        return RunEnding(report: report, exit: exit(of: ce, report: report), differences: differences)
    }

    /// Opens every card's flash file, which outlives its process, and compares.
    private func flashDifferences() -> [(slot: Int, text: String)] {
        shelf.groups.flatMap { group in group.cards.map { (group, $0) } }.compactMap { group, card in
            let slot = Int(card.slot)
            do {
                let storage = try FileFlashStorage(
                    path: folder.flashFile(ofSlot: slot), profile: card.flash, faults: card.faults, access: .inspection)
                let inspection = try FlashInspection(FlashModel(card.flash, storage: storage))
                return group.difference(in: inspection).map { (slot, $0) }
            } catch {
                return (slot, "\(error)")
            }
        }
    }

    private func exit(of ce: CEEnding, report: RunReport) -> ProgramExit {
        if ce.hasTimedOut { return .timedOut }
        if Task.isCancelled { return .interrupted }
        if report.passed { return .success }
        // What the CE says of the server is said on by the simulator.
        if case .code(let code) = ce.status, code == ProgramExit.unavailable.rawValue { return .unavailable }
        return .failed
    }
}

/// The CE ended without a report.
package struct CEFailure: Error, Sendable, CustomStringConvertible {
    package let status: ExitStatus

    /// The CE's own code where it has one that a program may end with.
    package var exit: ProgramExit {
        if case .code(let code) = status { ProgramExit(rawValue: code) ?? .internalError } else { .internalError }
    }

    package var description: String {
        "ce ended with \(status) and left no report; what it said stands above"
    }
}

extension Scenario {
    /// The scenario of one of its further downloads: one group, and another image.
    fileprivate func following(_ step: ScenarioStep) -> Scenario {
        var scenario = self
        scenario.groups = groups.filter { $0.name == step.group }.map { group in
            var group = group
            group.image = step.image
            group.after = step.after
            return group
        }
        scenario.cards.removeAll { $0.group != step.group }
        return scenario
    }
}

extension ScenarioLinkSecurity {
    var reported: LinkSecurity {
        switch self {
        case .tls: .tls
        case .clear: .clear
        }
    }
}

extension ScenarioGoal {
    fileprivate var rolloutGoal: RolloutGoal {
        switch self {
        case .stage: .stage
        case .activate: .activate
        case .commit: .commit
        }
    }
}
