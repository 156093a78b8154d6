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

/// A scenario's run in one process, on the virtual clock: the engine and the cards' own software, repeatable from the seed.
package struct VirtualRun: Sendable {
    private let shelf: ShelfDescription
    private let job: DownloadJob
    private let mode: DownloadMode
    private let image: [UInt8]
    /// The same, for all cards that hold it.
    private let memory: ImageMemory

    /// What came of it.
    package struct Ending: Sendable {
        package var result: GroupResult
        /// What is wrong with each card's flash, by slot; cards that are right are not among them.
        package var differences: [(slot: Int, text: String)]
        package var serverSessions: Int
        package var serverBytes: UInt64
        package var traceHash: TraceHash
    }

    /// - Parameter job: the download; its cards' endpoints are filled in here.
    /// - Throws: an image that cannot be read.
    package init(_ shelf: ShelfDescription, job: DownloadJob, mode: DownloadMode) throws(ShelfError) {
        self.shelf = shelf
        self.job = job
        self.mode = mode
        image = try shelf.image.bytes()
        memory = ImageMemory(image)
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

    private func download(on loop: VirtualTimeLoop) async throws -> Ending {
        let network = VirtualNetwork(loop: loop, sharing: [memory])
        let server = EmulatedFileServer(
            image: image, link: shelf.serverLink, chunkBytes: mode == .serial ? job.pool.blockBytes : nil, loop: loop)
        var cards: [(card: PoweredCard, listener: any Listener)] = []
        for settings in shelf.cards {
            let flash = FlashModel(settings.flash, faults: settings.faults)
            let card: PoweredCard
            do throws(CardError) { card = try PoweredCard(settings, flash: flash, loop: loop) } catch {
                throw ShelfError("the card in slot \(settings.slot) cannot start: \(error)")
            }
            cards.append((card, try network.listen(on: .loopback(), options: LineCard.socketOptions)))
        }
        var job = job
        job.cards = cards.map { CardTarget(slot: Int($0.card.settings.slot), endpoint: $0.listener.endpoint) }
        let engine = DownloadEngine(
            job: job, source: server, network: network, loop: loop, observer: TraceObserver(loop: loop))
        let result = await withTaskGroup(of: GroupResult?.self) { tasks in
            for (card, listener) in cards {
                tasks.addTask {
                    // A card that cannot boot any more is found by its flash.
                    _ = try? await card.run(on: listener)
                    return nil
                }
            }
            tasks.addTask { await engine.run(mode) }
            var result: GroupResult?
            while result == nil, let next = await tasks.next() { result = next }
            tasks.cancelAll()
            return result!
        }
        var differences: [(slot: Int, text: String)] = []
        for (card, _) in cards {
            let inspection = try FlashInspection(await card.flashModel())
            if let text = shelf.difference(in: inspection, sharing: memory) {
                differences.append((Int(card.settings.slot), text))
            }
        }
        return Ending(
            result: result, differences: differences, serverSessions: server.sessionCount,
            serverBytes: server.sentBytes, traceHash: TraceHash())
    }
}
