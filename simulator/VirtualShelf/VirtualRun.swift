import CardDialogue
import CardSoftware
package import Download
import FlashModel
import ImageSources
import LineCard
import Links
package import Reports
package import Runtime
package import ShelfModel
import SoftwareImage
import TLS

/// A scenario's run in one process, on the virtual clock: the engine and the cards' own software, repeatable from the seed.
package struct VirtualRun: Sendable {
    private let shelf: ShelfDescription
    private let jobs: [DownloadJob]
    private let mode: DownloadMode
    private let images: [[UInt8]]
    /// The same, by group, for all cards that hold them.
    private let memories: [ImageMemory]

    /// What came of it.
    package struct Ending: Sendable {
        package var result: ShelfResult
        /// What is wrong with each card's flash, by slot; cards that are right are not among them.
        package var differences: [(slot: Int, text: String)]
        /// By group: what the server counted.
        package var transfers: [(sessions: Int, bytes: UInt64)]
        package var traceHash: TraceHash
    }

    /// - Parameter jobs: the groups' downloads, in the shelf's order; their cards' endpoints are filled in here.
    /// - Throws: an image that cannot be read.
    package init(_ shelf: ShelfDescription, jobs: [DownloadJob], mode: DownloadMode) throws(ShelfError) {
        precondition(jobs.count == shelf.groups.count, "each group has a job")
        self.shelf = shelf
        self.jobs = jobs
        self.mode = mode
        var images: [[UInt8]] = []
        for group in shelf.groups { images.append(try group.image.bytes()) }
        self.images = images
        memories = images.map { ImageMemory($0) }
    }

    /// - Throws: `VirtualTimeLoop.Deadlock`, and a card that cannot be built.
    package func run(seed: UInt64) throws -> Ending {
        let loop = VirtualTimeLoop(seed: seed)
        var ending = try loop.run { () async -> Result<Ending, any Error> in
            do { return .success(try await download(on: loop)) } catch { return .failure(error) }
        }.get()
        ending.traceHash = loop.trace
        return ending
    }

    /// A card where it answers.
    private struct SeatedCard: Sendable {
        let card: PoweredCard
        let listener: any Listener
    }

    private func download(on loop: VirtualTimeLoop) async throws -> Ending {
        let network = VirtualNetwork(loop: loop, sharing: memories)
        var groups: [[SeatedCard]] = []
        for group in shelf.groups { groups.append(try group.cards.map { try seat($0, on: network, loop) }) }
        let files = files(on: loop)
        let security = try shelf.ceCredentials.map { try TLSContext($0, of: .ce) }
        let parts = zip(zip(jobs, files), groups).map { part, cards in
            var job = part.0
            job.cards = cards.map { seat in
                CardTarget(
                    slot: Int(seat.card.settings.slot), endpoint: seat.listener.endpoint,
                    serialNumber: seat.card.settings.serialNumber, security: security)
            }
            return ShelfDownload.Part(job: job, source: part.1)
        }
        let download = ShelfDownload(
            parts, memory: MemoryBudget(bytes: jobs[0].pool.budgetBytes, loop: loop), network: network, loop: loop,
            observer: TraceObserver(loop: loop))
        let result = await withTaskGroup(of: ShelfResult?.self) { tasks in
            for seat in groups.joined() {
                tasks.addTask {
                    // A card that cannot boot any more is found by its flash.
                    _ = try? await seat.card.run(on: seat.listener)
                    return nil
                }
            }
            tasks.addTask { await download.run(mode) }
            var result: ShelfResult?
            while result == nil, let next = await tasks.next() { result = next }
            tasks.cancelAll()
            return result!
        }
        var differences: [(slot: Int, text: String)] = []
        for (index, cards) in groups.enumerated() {
            for seat in cards {
                let inspection = try FlashInspection(await seat.card.flashModel())
                if let text = shelf.groups[index].difference(in: inspection, sharing: memories[index]) {
                    differences.append((Int(seat.card.settings.slot), text))
                }
            }
        }
        return Ending(
            result: result, differences: differences, transfers: files.map { ($0.sessionCount, $0.sentBytes) },
            traceHash: TraceHash())
    }

    private func seat(
        _ settings: CardSettings, on network: VirtualNetwork, _ loop: VirtualTimeLoop
    ) throws -> SeatedCard {
        let flash = FlashModel(settings.flash, faults: settings.faults)
        do {
            return SeatedCard(
                card: try PoweredCard(
                    settings, flash: flash, security: try settings.credentials.map { try TLSContext($0, of: .card) },
                    loop: loop),
                listener: try network.listen(on: .loopback(), options: LineCard.socketOptions))
        } catch let error as CardError {
            throw ShelfError("the card in slot \(settings.slot) cannot start: \(error)")
        }
    }

    /// The server's files, by group: one server, one link.
    private func files(on loop: VirtualTimeLoop) -> [EmulatedFileServer] {
        let first = EmulatedFileServer(
            image: images[0], link: shelf.serverLink, chunkBytes: mode == .serial ? jobs[0].pool.blockBytes : nil,
            loop: loop)
        return [first] + images.dropFirst().map { EmulatedFileServer(image: $0, beside: first) }
    }
}
