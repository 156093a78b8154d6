import CardDialogue
import CardSoftware
import Download
import FlashModel
import ImageSources
import LineCard
import Reports
import Runtime

/// Several groups of cards in virtual time, each with an image and a source of its own, over one memory.
struct ShelfBench: Sendable {
    struct Group: Sendable {
        var name: String
        var cardCount: Int
        var image: TestImage
        var part = FlashProfile.spiNOR
        /// Of the first card: what an earlier run left, for instance.
        var firstFlash: FlashModel?
        /// The source has nothing to give.
        var isSourceGone = false

        init(_ name: String, cardCount: Int, imageBytes: Int, part: FlashProfile = .spiNOR) {
            self.name = name
            self.cardCount = cardCount
            self.part = part
            image = TestImage(byteCount: imageBytes, seed: UInt64(name.utf8.reduce(0) { $0 * 31 + Int($1) }))
        }

        /// What its cards' flash needs.
        var flashTime: Duration {
            get throws { try profile.imageTime(bytes: image.bytes.count) }
        }

        var profile: FlashProfile {
            get throws {
                try part.withCapacity(
                    bytes: FlashLayout.capacityBytes(
                        forInstances: image.bytes.count, eraseBytes: part.geometry.eraseSize))
            }
        }
    }

    struct Ending: Sendable {
        var result: ShelfResult
        var events: [EventLog.Entry]
        /// By group.
        var sources: [MemorySource.Record]
        /// The groups, in the order in which their downloads ended, and when that was.
        var follow: [(index: Int, instant: Instant)]
        /// By group: how many cards hold exactly their own group's image.
        var holders: [Int]
        var heldBytesAtEnd: Int
    }

    private struct Seat: Sendable {
        let card: LineCard
        let listener: any Listener
    }

    var groups: [Group]
    var budgetBytes = 512 << 10
    var blockBytes = 64 << 10
    var isDepthFixed = false
    var mode = DownloadMode.parallel
    var seed: UInt64 = 1
    /// What is done with a group, and for how long, when its download has ended.
    var followTime: Duration = .zero

    init(_ groups: [Group]) {
        self.groups = groups
    }

    func run() throws -> Ending {
        try VirtualTimeLoop(seed: seed).runTest { loop in
            try await loop.withDeadline(DownloadBench.horizon, "end of the run with seed \(loop.seed)") {
                try await self.run(on: loop)
            }
        }
    }

    private func run(on loop: VirtualTimeLoop) async throws -> Ending {
        let network = VirtualNetwork(loop: loop)
        let memory = MemoryBudget(bytes: budgetBytes, loop: loop)
        let log = EventLog(loop: loop)
        let follow = LoopBound([(index: Int, instant: Instant)](), on: loop)
        let sources = groups.map { MemorySource(Self.script(of: $0), loop: loop) }
        let followTime = followTime
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            var parts: [ShelfDownload.Part] = []
            var seats: [[Seat]] = []
            for (group, source) in zip(groups, sources) {
                let first = seats.reduce(0) { $0 + $1.count } + 1
                let cards = try (0..<group.cardCount).map { try seat(first + $0, of: group, at: $0, network, loop) }
                for seat in cards { tasks.addTask { _ = await seat.card.serve(seat.listener) } }
                seats.append(cards)
                let targets = cards.enumerated().map { CardTarget(slot: first + $0, endpoint: $1.listener.endpoint) }
                let job = DownloadJob(
                    group: group.name, manifest: group.image.manifest(), cards: targets, pool: pool, engine: "test")
                parts.append(ShelfDownload.Part(job: job, source: source))
            }
            let result = await ShelfDownload(parts, memory: memory, network: network, loop: loop, observer: log)
                .run(mode) { index, _ in
                    follow.value.append((index, loop.now))
                    try? await loop.sleep(for: followTime)
                }
            tasks.cancelAll()
            var holders: [Int] = []
            for (group, cards) in zip(groups, seats) {
                var count = 0
                for seat in cards where try await seat.card.flashModel.holds(group.image) { count += 1 }
                holders.append(count)
            }
            return Ending(
                result: result, events: log.entries, sources: sources.map(\.record), follow: follow.value,
                holders: holders, heldBytesAtEnd: memory.heldBytes)
        }
    }

    private var pool: PoolLayout {
        PoolLayout(
            blockBytes: blockBytes, blockCount: budgetBytes / blockBytes, budgetBytes: budgetBytes,
            isDepthFixed: isDepthFixed)
    }

    private static func script(of group: Group) -> MemorySource.Script {
        var script = MemorySource.Script(group.image)
        if group.isSourceGone { script.failure = (0, .unreachable(url: "ftp://gone/x", cause: "nobody listens")) }
        return script
    }

    private func seat(
        _ slot: Int, of group: Group, at place: Int, _ network: VirtualNetwork, _ loop: VirtualTimeLoop
    ) throws -> Seat {
        let profile = try group.profile
        let settings = try CardSettings(
            slot: UInt16(slot), hardwareType: "OLT-8", serialNumber: "SN-\(slot)", flash: profile, acceptsUnsigned: true
        )
        var flash = (place == 0 ? group.firstFlash : nil) ?? FlashModel(profile)
        flash.restorePower()
        return Seat(
            card: try LineCard(settings, flash: flash, loop: loop),
            listener: try network.listen(on: .loopback(), options: LineCard.socketOptions))
    }
}
