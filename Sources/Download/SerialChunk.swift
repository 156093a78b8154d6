import CardDialogue
import CardLink
import ImageSources
import Runtime
import SoftwareImage

/// The one chunk of memory that the serial way has: filled from the server, then written to the card and programmed, and
/// only then filled again.
final class SerialChunk: ImageSink {
    private let session: CardSession
    private let manifest: Manifest
    private let sectionBytes: Int
    /// A piece that begins below this is still taken, whole: the chunk is longer by one piece at most.
    private let chunkBytes: Int
    private var chunk: [UInt8] = []
    private var hash = SHA256()
    private(set) var receivedBytes: UInt64 = 0
    /// Why the card did not take the chunk.
    private(set) var failure: CardFailure?
    /// For how long the card wrote chunks, and how many.
    private(set) var cardTime: Duration = .zero
    private(set) var flushCount = 0
    /// Told what is in the card's flash.
    private let report: (UInt64) -> Void

    init(session: CardSession, manifest: Manifest, pool: PoolLayout, report: @escaping (UInt64) -> Void) {
        self.report = report
        self.session = session
        self.manifest = manifest
        sectionBytes = pool.sectionBytes
        chunkBytes = pool.blockBytes
        chunk.reserveCapacity(chunkBytes + ImageSourceLimits.pieceBytes)
    }

    func accept(_ bytes: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool {
        if let failure { throw SinkRefusal(failure.description) }
        guard receivedBytes + UInt64(bytes.count) <= manifest.imageBytes else {
            throw SinkRefusal(manifest.excess)
        }
        guard chunk.count < chunkBytes else { return false }
        hash.update(bytes)
        chunk.append(contentsOf: bytes)
        receivedBytes += UInt64(bytes.count)
        return true
    }

    func waitForRoom() async throws(CancellationError) {
        guard chunk.count >= chunkBytes else { return }
        do {
            try await flush()
        } catch {
            if error == .cancelled { throw CancellationError() }
            failure = error
        }
    }

    /// Writes what is left, after the last byte came, and checks the image.
    func finish() async throws(CardFailure) {
        if let failure { throw failure }
        try await flush()
        if let mismatch = manifest.mismatch(receivedBytes: receivedBytes, digest: hash.digest()) {
            throw .noImage(mismatch)
        }
    }

    /// Sends the chunk's whole sections and waits until they are in flash; what is left of a section stays, unless it is
    /// the image's last.
    private func flush() async throws(CardFailure) {
        let start = session.conversation.now
        defer {
            cardTime += start.duration(to: session.conversation.now)
            flushCount += 1
        }
        var position = 0
        while position < chunk.count {
            let count = min(sectionBytes, chunk.count - position)
            let isLast = session.sentBytes + UInt64(count) == manifest.imageBytes
            guard count == sectionBytes || isLast else { break }
            let offset = session.sentBytes
            let part = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
            defer { part.deallocate() }
            part.copyBytes(from: chunk[position..<position + count])
            let bytes = UnsafeRawBufferPointer(part)
            try await session.send(
                offset: offset, bytes: bytes, checksum: FrameWriter.sectionChecksum(offset: offset, bytes: bytes))
            try await session.waitUntilProgrammed()
            position += count
        }
        chunk.removeFirst(position)
        report(session.programmedBytes)
    }
}
