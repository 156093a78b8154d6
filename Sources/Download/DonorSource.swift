import CardDialogue
import ImageSources
import Runtime
import SoftwareImage

/// Reads the image back from cards that hold it, from several at once, and believes none of them: each block must have the digest that the
/// manifest says. A card that gives another one is asked no more.
struct DonorSource: ImageSource {
    private let group: SoftwareManagementAgent
    private let manifest: Manifest
    private let loop: any Loop

    /// - Parameter group: whose cards are read.
    init(_ group: SoftwareManagementAgent) {
        self.group = group
        manifest = group.job.manifest
        loop = group.loop
    }

    func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        guard let blockBytes = manifest.blocks?.blockBytes else {
            throw .noDonor(
                cause: "the manifest has no digests of the image's blocks, by which a card's answer could be checked")
        }
        guard let feed = try await group.openFeed(from: offset, blockBytes: blockBytes) else {
            throw .noDonor(cause: await group.donorComplaint)
        }
        let failure = await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<feed.value.readerCount {
                tasks.addTask { await group.readFromDonors(into: feed) }
            }
            defer { tasks.cancelAll() }
            return await give(feed.value, from: offset, blockBytes: blockBytes, to: sink)
        }
        feed.value.close()
        if case .noDonor? = failure { throw .noDonor(cause: await group.donorComplaint) }
        if let failure { throw failure }
    }

    /// Gives block after block, as they come.
    private func give(
        _ feed: DonorFeed, from offset: UInt64, blockBytes: Int, to sink: any ImageSink
    ) async -> SourceError? {
        var position = offset
        do {
            while !feed.isDone {
                guard let block = try await feed.nextBlock() else { return .noDonor(cause: "") }
                let start = Int(position) % blockBytes
                sink.comes(from: .card(slot: block.slot))
                try await give(block.bytes, from: start, to: sink)
                position += UInt64(block.bytes.count - start)
                feed.release()
            }
        } catch let refusal as SinkRefusal {
            return .refusedBySink(refusal)
        } catch {
            return .cancelled
        }
        return nil
    }

    private func give(_ block: [UInt8], from start: Int, to sink: any ImageSink) async throws {
        var next = start
        while next < block.count {
            let range = next..<min(next + ImageSourceLimits.pieceBytes, block.count)
            while try !block.withUnsafeBytes({ try sink.accept(UnsafeRawBufferPointer(rebasing: $0[range])) }) {
                try await sink.waitForRoom()
            }
            next = range.upperBound
        }
    }
}
