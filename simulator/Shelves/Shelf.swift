package import Events
package import FlashModel
package import LineCard
import Rendezvous
package import Runtime
import ShelfModel

/// A shelf of card processes: starts them, knows where they answer, holds their leases, and ends them.
///
/// Lives as long as `run`; whatever way that ends, no card is left behind.
package actor Shelf {
    /// Until every card has announced itself: a thousand are there within a second.
    package static let announcementLimit: Duration = .seconds(20)
    /// A card whose lease has ended leaves by itself; after this it is ended.
    private static let departureLimit: Duration = .seconds(2)

    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let cards: [CardSettings]
    private let program: String
    private let flashFile: @Sendable (Int) -> String
    private let logFile: String
    /// Whether a card that ends is started again, as a card's watchdog does; and whether it may boot another program.
    private let restartsCards: Bool
    /// Where the power of a slot's card fails, once.
    private let powerCuts: [UInt16: PowerCut]
    private let events: (any RunEventSink)?
    private var isEnding = false
    /// How often each card was started again.
    private var restartCounts: [Int] = []
    /// Which cards serve, as far as is known.
    private var isReady: [Bool] = []
    private var processes: [ChildProcess] = []
    private var leases: [CardLease] = []
    /// How long it took until all cards were ready.
    package private(set) var registrationTime = Duration.zero

    /// - Parameters:
    ///   - program: the path of `line-card`.
    ///   - flashFile: the path of the file with a slot's flash.
    ///   - logFile: where the cards' messages go.
    ///   - restartsCards: starts a card again that has ended, at the same port, and welcomes it when it comes back as another
    ///     program.
    ///   - powerCuts: by slot; each card loses its power there once.
    ///   - events: is told of cards that end and are started again.
    package init(
        cards: [CardSettings], program: String, flashFile: @escaping @Sendable (Int) -> String, logFile: String,
        restartsCards: Bool = false, powerCuts: [UInt16: PowerCut] = [:],
        events: (any RunEventSink)? = nil, loop: EventLoop
    ) {
        self.cards = cards
        self.program = program
        self.flashFile = flashFile
        self.logFile = logFile
        self.restartsCards = restartsCards
        self.powerCuts = powerCuts
        self.events = events
        self.loop = loop
    }

    /// Starts all cards, runs `body`, and ends all cards, also when `body` throws or the task is cancelled.
    ///
    /// - Parameter body: is handed where each card answers, by slot.
    /// - Throws: what `body` throws; `ShelfError` when a card cannot be started.
    package func run<Result: Sendable>(
        _ body: @Sendable ([(slot: Int, endpoint: Endpoint)]) async throws -> Result
    ) async throws -> Result {
        let listener = try TCPNetwork(loop: loop).listen(on: .loopback(), options: SocketOptions())
        let desk = RendezvousDesk(listener, loop: loop)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await desk.run() }
            let outcome: Swift.Result<Result, any Error>
            do {
                try await start(at: desk)
                if restartsCards { tasks.addTask { await self.supervise(desk) } }
                outcome = .success(try await body(leases.map { (Int($0.slot), $0.announcement.endpoint) }))
            } catch {
                outcome = .failure(error)
            }
            isEnding = true
            await end()
            tasks.cancelAll()
            return try outcome.get()
        }
    }

    private func start(at desk: RendezvousDesk) async throws {
        let startedAt = loop.now
        do {
            for card in cards {
                processes.append(try start(card, at: desk.endpoint, powerCut: powerCuts[card.slot]))
            }
            restartCounts = cards.map { _ in 0 }
            isReady = cards.map { _ in true }
            leases = try await desk.cards(inSlots: cards.map(\.slot), within: Self.announcementLimit)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for (lease, settings) in zip(leases, cards) {
                    let assignment = self.assignment(settings)
                    tasks.addTask { try await lease.start(assignment) }
                }
                try await tasks.waitForAll()
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ShelfError("the shelf cannot be started: \(error)")
        }
        registrationTime = startedAt.duration(to: loop.now)
    }

    private func assignment(_ card: CardSettings) -> CardAssignment {
        CardAssignment(settings: card, flashPath: flashFile(Int(card.slot)))
    }

    private func start(
        _ card: CardSettings, at rendezvous: Endpoint, port: UInt16 = 0, powerCut: PowerCut? = nil
    ) throws(ChildProcessError) -> ChildProcess {
        var command = CardCommand(rendezvous: rendezvous, slot: card.slot)
        command.port = port
        command.powerCut = powerCut
        return try ChildProcess(
            name: "line-card \(card.slot)", path: program, arguments: command.arguments,
            // A crash of a thousand cards must not start a thousand backtraces.
            environment: [("SWIFT_BACKTRACE", "enable=no")], output: .file(logFile), errors: .file(logFile), loop: loop)
    }

    /// Lets every card go, and ends those that do not leave.
    private func end() async {
        for lease in leases { await lease.release() }
        if leases.isEmpty {
            // Cards that were never told who they are wait for it.
            for process in processes { process.signal(15) }
        }
        let deadline = loop.now.advanced(by: Self.departureLimit)
        while processes.contains(where: { $0.status == nil }) && loop.now < deadline {
            await loop.sleepDespiteCancellation(for: .milliseconds(2))
        }
        for process in processes { await process.end() }
        leases = []
    }

    // MARK: Restarts

    /// A card that is started again more often will not come up: 100 power cuts in one life are more than any scenario has.
    private static let restartLimit = 100
    /// Until a card announces itself: for ever, for it may run for as long as the shelf.
    private static let patience: Duration = .seconds(24 * 3600)

    /// Starts cards again that end, and tells those that come back what they are.
    private func supervise(_ desk: RendezvousDesk) async {
        await withDiscardingTaskGroup { tasks in
            for index in cards.indices { tasks.addTask { await self.keepAlive(index, at: desk.endpoint) } }
            while let lease = try? await desk.nextCard(within: Self.patience) {
                tasks.addTask { await self.welcomeBack(lease) }
            }
            tasks.cancelAll()
        }
    }

    private func keepAlive(_ index: Int, at rendezvous: Endpoint) async {
        while restartCounts[index] < Self.restartLimit {
            let process = processes[index]
            do { try await process.waitForExit(until: loop.now.advanced(by: Self.patience)) } catch { return }
            guard let status = process.status, !isEnding else { return }
            tell(.cardProcess(slot: Int(cards[index].slot), state: "ended", detail: "\(status)"))
            restartCounts[index] += 1
            isReady[index] = false
            let port = leases[index].announcement.endpoint.port
            guard let next = try? start(cards[index], at: rendezvous, port: port) else { return }
            processes[index] = next
            tell(.cardProcess(slot: Int(cards[index].slot), state: "started", detail: nil))
        }
    }

    private func tell(_ kind: EventKind) {
        events?.note(RunEvent(seconds: loop.now.sinceStart.seconds, kind))
    }

    /// A card that has restarted, or another program that it has booted: that one is gone again before it says that it is ready.
    private func welcomeBack(_ lease: CardLease) async {
        guard !isEnding, let index = cards.firstIndex(where: { $0.slot == lease.slot }) else {
            return await lease.release()
        }
        await leases[index].release()
        leases[index] = lease
        isReady[index] = (try? await lease.start(assignment(cards[index]))) != nil
    }

    /// How often the shelf is looked at by who waits for it.
    private static let lookPeriod: Duration = .milliseconds(5)

    /// Waits until every card serves that was started again.
    ///
    /// - Throws: `DeadlinePassed` after `limit`, `CancellationError`.
    package func waitUntilReady(within limit: Duration) async throws {
        try await loop.withDeadline(limit, "cards that were started again") {
            while await !self.isWhole { try await self.loop.sleep(for: Self.lookPeriod) }
        }
    }

    private var isWhole: Bool { isReady.allSatisfy { $0 } && processes.allSatisfy { $0.status == nil } }

    /// How often cards were started again, all together.
    package func restartCount() -> Int { restartCounts.reduce(0, +) }

    /// The cards that have ended though nobody let them go, by slot.
    package func lostCards() -> [(slot: Int, status: ExitStatus)] {
        zip(cards, processes).compactMap { card, process in process.status.map { (Int(card.slot), $0) } }
    }

    /// The proportional set size of all card processes together, in bytes.
    package func proportionalSetBytes() -> Int {
        processes.reduce(0) { $0 + (ProcessMemory.proportionalSetBytes(of: $1.processID) ?? 0) }
    }
}
