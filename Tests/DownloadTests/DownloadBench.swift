import CardDialogue
import CardProtocol
import CardSoftware
import Certificates
import Download
import FlashModel
import ImageSources
import LineCard
import Reports
import Runtime
import SoftwareImage
import TLS

/// What stands in a slot of a test's shelf.
enum Occupant: Sendable {
    /// A card with the software of the emulated cards.
    case card(CardOptions)
    /// A peer that does what the test says, once for each connection.
    case scripted(@Sendable (CardPeer) async throws -> Void)
    /// Nobody listens at the slot's endpoint.
    case nobody

    static let card = Occupant.card(CardOptions())
}

/// How a test's card differs from the others.
struct CardOptions: Sendable {
    var hardwareType = "OLT-8"
    /// The slot that it says it is in; nil: the one that it is in.
    var slot: UInt16?
    /// Room for an image of so many bytes; nil: for the test's.
    var instanceBytes: Int?
    /// What was left in its flash by an earlier run; nil: blank.
    var flash: FlashModel?
    /// When it loses its power; nil: never.
    var diesAt: Duration?
    var part = FlashProfile.spiNOR
    /// What it proves itself with; nil: its links are clear.
    var credentials: TLSCredentials?
    /// The rate of its link; nil: as fast as may be.
    var bitsPerSecond: UInt64?
}

/// A whole shelf in virtual time: cards, source and engine in one process, no ports.
struct DownloadBench: Sendable {
    /// No run takes longer, whatever goes wrong: a run that does hangs.
    static let horizon: Duration = .seconds(3600)

    var occupants: [Occupant]
    var image = TestImage(byteCount: 200_000)
    var blockBytes = 64 << 10
    var blockCount = 4
    var isDepthFixed = false
    var stalls = StallPolicy.stallBudget
    var mode = DownloadMode.parallel
    var seed: UInt64 = 1
    /// The CE's; nil: it speaks clear text.
    var credentials: TLSCredentials?
    /// The engine is ended after each of these times, and another one begins, to the same cards.
    var kills: [Duration] = []
    /// When the run is cancelled: before it starts, or at this time.
    var cancellation: Cancellation?
    /// Cards refer to the image in place of copying it.
    var sharesImage = false
    /// What the source gives; nil: the image.
    var script: MemorySource.Script?

    enum Cancellation: Sendable {
        case beforeStart
        case at(Duration)
    }

    init(_ occupants: [Occupant]) {
        self.occupants = occupants
    }

    init(cardCount: Int) {
        self.init(Array(repeating: .card, count: cardCount))
    }

    /// What came of a run.
    struct Ending: Sendable {
        var result: GroupResult
        var events: [EventLog.Entry]
        /// The cards' flash at the end, by slot.
        var flash: [Int: FlashModel]
        var source: MemorySource.Record
        /// When the engine's run returned.
        var endedAt: Instant
        var trace = TraceHash()

        func card(_ slot: Int) -> CardResult { result.cards[slot - 1] }
        var outcomes: [Outcome] { result.cards.map(\.outcome) }
    }

    var pool: PoolLayout {
        PoolLayout(
            blockBytes: blockBytes, blockCount: blockCount, budgetBytes: blockBytes * blockCount,
            isDepthFixed: isDepthFixed)
    }

    /// The time that a card's flash needs for the image.
    func flashTime() throws -> Duration {
        try Self.profile(CardOptions(), imageBytes: image.bytes.count).imageTime(bytes: image.bytes.count)
    }

    /// Runs the engine to its end; checks what holds for every run.
    func run() throws -> Ending {
        let loop = VirtualTimeLoop(seed: seed)
        let horizon = Self.horizon
        var ending = try loop.runTest { loop in
            try await loop.withDeadline(horizon, "end of the run with seed \(loop.seed)") {
                try await self.run(on: loop)
            }
        }
        ending.trace = loop.trace
        try check(ending)
        return ending
    }

    private func run(on loop: VirtualTimeLoop) async throws -> Ending {
        let network = VirtualNetwork(loop: loop, sharing: sharesImage ? [ImageMemory(image.bytes)] : [])
        let source = MemorySource(script ?? MemorySource.Script(image), loop: loop)
        let log = EventLog(loop: loop)
        let security = try credentials.map { try TLSContext($0, of: .ce) }
        var targets: [CardTarget] = []
        var cards: [(slot: Int, card: LineCard)] = []
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (index, occupant) in occupants.enumerated() {
                let slot = index + 1
                let listener = try network.listen(on: .loopback(), options: LineCard.socketOptions)
                targets.append(
                    CardTarget(
                        slot: slot, endpoint: listener.endpoint,
                        serialNumber: security == nil ? nil : Self.serialNumber(slot), security: security))
                switch occupant {
                case .nobody: listener.close()
                case .scripted(let script):
                    tasks.addTask { await CardPeer.serve(listener, slot: slot, loop: loop, script) }
                case .card(let options):
                    let card = try makeCard(options, slot: slot, loop: loop)
                    cards.append((slot, card))
                    tasks.addTask { await Self.serve(card, listener, until: options.diesAt, loop: loop) }
                }
            }
            let job = DownloadJob(
                group: "bench", manifest: image.manifest(), cards: targets, pool: pool, engine: "test",
                stalls: stalls)
            for kill in kills {
                let engine = DownloadEngine(job: job, source: source, network: network, loop: loop)
                _ = try? await loop.withDeadline(kill, "end of an engine") { await engine.run(.parallel) }
            }
            let engine = DownloadEngine(job: job, source: source, network: network, loop: loop, observer: log)
            let result = await runEngine(engine, on: loop)
            let endedAt = loop.now
            tasks.cancelAll()
            var flash: [Int: FlashModel] = [:]
            for (slot, card) in cards { flash[slot] = await card.flashModel }
            return Ending(
                result: result, events: log.entries, flash: flash, source: source.record, endedAt: endedAt)
        }
    }

    private func runEngine(_ engine: DownloadEngine, on loop: VirtualTimeLoop) async -> GroupResult {
        let mode = mode
        return await withTaskGroup(of: GroupResult?.self) { tasks in
            if case .beforeStart = cancellation { tasks.cancelAll() }
            tasks.addTask { await engine.run(mode) }
            if case .at(let time) = cancellation {
                tasks.addTask {
                    try? await loop.sleep(until: Instant(sinceStart: time))
                    return nil
                }
            }
            var result: GroupResult?
            for await next in tasks {
                result = next ?? result
                tasks.cancelAll()
            }
            return result!
        }
    }

    private static func profile(_ options: CardOptions, imageBytes: Int) throws -> FlashProfile {
        let bytes = FlashLayout.capacityBytes(
            forInstances: options.instanceBytes ?? imageBytes, eraseBytes: options.part.geometry.eraseSize)
        return try options.part.withCapacity(bytes: bytes)
    }

    private func makeCard(_ options: CardOptions, slot: Int, loop: any Loop) throws -> LineCard {
        let profile = try Self.profile(options, imageBytes: image.bytes.count)
        let settings = try CardSettings(
            slot: options.slot ?? UInt16(slot), hardwareType: options.hardwareType,
            serialNumber: Self.serialNumber(slot), flash: profile, linkBitsPerSecond: options.bitsPerSecond,
            acceptsUnsigned: true)
        var flash = options.flash ?? FlashModel(profile)
        flash.restorePower()
        let security = try options.credentials.map { try TLSContext($0, of: .card) }
        return try LineCard(settings, flash: flash, security: security, loop: loop)
    }

    static func serialNumber(_ slot: Int) -> String { "SN-\(slot)" }

    private static func serve(
        _ card: LineCard, _ listener: any Listener, until death: Duration?, loop: any Loop
    ) async {
        guard let death else { return _ = await card.serve(listener) }
        _ = try? await loop.withDeadline(death, "end of the card") { await card.serve(listener) }
        listener.close()
    }
}
