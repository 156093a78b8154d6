import FlashModel
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
    private var processes: [ChildProcess] = []
    private var leases: [CardLease] = []
    /// How long it took until all cards were ready.
    package private(set) var registrationTime = Duration.zero

    /// - Parameters:
    ///   - program: the path of `line-card`.
    ///   - flashFile: the path of the file with a slot's flash.
    ///   - logFile: where the cards' messages go.
    package init(
        cards: [CardSettings], program: String, flashFile: @escaping @Sendable (Int) -> String, logFile: String,
        loop: EventLoop
    ) {
        self.cards = cards
        self.program = program
        self.flashFile = flashFile
        self.logFile = logFile
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
                outcome = .success(try await body(leases.map { (Int($0.slot), $0.announcement.endpoint) }))
            } catch {
                outcome = .failure(error)
            }
            await end()
            tasks.cancelAll()
            return try outcome.get()
        }
    }

    private func start(at desk: RendezvousDesk) async throws {
        let startedAt = loop.now
        do {
            for card in cards { processes.append(try start(card, at: desk.endpoint)) }
            leases = try await desk.cards(inSlots: cards.map(\.slot), within: Self.announcementLimit)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for (lease, settings) in zip(leases, cards) {
                    let path = flashFile(Int(settings.slot))
                    tasks.addTask {
                        try await lease.start(CardAssignment(settings: settings, flashPath: path))
                    }
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

    private func start(_ card: CardSettings, at rendezvous: Endpoint) throws(ChildProcessError) -> ChildProcess {
        try ChildProcess(
            name: "line-card \(card.slot)", path: program,
            arguments: ["--rendezvous", rendezvous.description, "--slot", "\(card.slot)"],
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

    /// The cards that have ended though nobody let them go, by slot.
    package func lostCards() -> [(slot: Int, status: ExitStatus)] {
        zip(cards, processes).compactMap { card, process in process.status.map { (Int(card.slot), $0) } }
    }

    /// The proportional set size of all card processes together, in bytes.
    package func proportionalSetBytes() -> Int {
        processes.reduce(0) { $0 + (ProcessMemory.proportionalSetBytes(of: $1.processID) ?? 0) }
    }
}
