import CardDialogue
import CardLink
import ImageSources
import SoftwareImage

/// Sends what a source gives to one card, section by section: for a card that nobody else can serve.
final class CatchUpSink: ImageSink {
    private let session: CardSession
    private let manifest: Manifest
    private let sectionBytes: Int
    private var chunk: [UInt8] = []
    private var receivedBytes: UInt64
    /// Why the card did not take a section.
    private(set) var failure: CardFailure?

    /// What it holds at the most: a piece that begins within a section is taken whole.
    static func bytes(for layout: PoolLayout) -> Int { layout.sectionBytes + ImageSourceLimits.pieceBytes }

    init(session: CardSession, manifest: Manifest, sectionBytes: Int) {
        self.session = session
        self.manifest = manifest
        self.sectionBytes = sectionBytes
        receivedBytes = session.sentBytes
        chunk.reserveCapacity(sectionBytes + ImageSourceLimits.pieceBytes)
    }

    func accept(_ bytes: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool {
        if let failure { throw SinkRefusal(failure.description) }
        guard receivedBytes + UInt64(bytes.count) <= manifest.imageBytes else {
            throw SinkRefusal(manifest.excess)
        }
        guard chunk.count < sectionBytes else { return false }
        chunk.append(contentsOf: bytes)
        receivedBytes += UInt64(bytes.count)
        return true
    }

    func waitForRoom() async throws(CancellationError) {
        guard chunk.count >= sectionBytes else { return }
        do {
            try await sendSection(sectionBytes)
        } catch {
            if error == .cancelled { throw CancellationError() }
            failure = error
        }
    }

    /// Sends what is left, after the last byte came. Whether the image is the right one the card finds out.
    func finish() async throws(CardFailure) {
        if let failure { throw failure }
        guard receivedBytes == manifest.imageBytes else {
            throw .noImage("the server gave \(receivedBytes) of the image's \(manifest.imageBytes) bytes")
        }
        while !chunk.isEmpty { try await sendSection(min(sectionBytes, chunk.count)) }
    }

    private func sendSection(_ count: Int) async throws(CardFailure) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        defer { memory.deallocate() }
        memory.copyBytes(from: chunk[..<count])
        let bytes = UnsafeRawBufferPointer(memory)
        let offset = session.sentBytes
        try await session.send(
            offset: offset, bytes: bytes, checksum: FrameWriter.sectionChecksum(offset: offset, bytes: bytes))
        chunk.removeFirst(count)
    }
}
