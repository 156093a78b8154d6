import ImageSources
import Runtime
import SoftwareImage

/// Fetches the image once, into the pool, and keeps just ahead of the download agents.
///
/// Owned by the software management agent, in its isolation. The pool's room is the only thing that holds it back.
final class TransferAgent: ImageSink {
    /// What has become of the image.
    enum State: Equatable {
        case waiting, fetching
        /// All of it was in the pool, and its size and digest are the manifest's.
        case verified
        case failed(String)
        /// Nobody needs it any more: every card has ended, or the group is cancelled.
        case abandoned
    }

    private(set) var state = State.waiting
    /// From the source, in this run.
    private(set) var receivedBytes: UInt64 = 0
    /// What of that came from cards.
    private(set) var donorBytes: UInt64 = 0
    private(set) var isSourceUnavailable = false
    private var firstOffset: UInt64 = 0
    /// How often the image began to come from the server.
    private(set) var sessionCount = 0
    private var isInSession = false
    private var origin = ImageOrigin.server
    /// Opened when the state becomes final; the pool's `filled` is opened too.
    let ended: Gate

    private let group: String
    private let manifest: Manifest
    private let pool: BufferPool
    private let report: (DownloadEvent) -> Void
    private var hash = SHA256()

    init(group: String, manifest: Manifest, pool: BufferPool, loop: any Loop, report: @escaping (DownloadEvent) -> Void)
    {
        self.group = group
        self.manifest = manifest
        self.pool = pool
        self.report = report
        ended = Gate(loop: loop)
    }

    var hasEnded: Bool {
        switch state {
        case .waiting, .fetching: false
        case .verified, .failed, .abandoned: true
        }
    }

    var failure: String? {
        if case .failed(let reason) = state { reason } else { nil }
    }

    /// Fetches the image from a block on; ends in `verified` or `failed`.
    ///
    /// What is before that block is in the cards: only they can compare the whole with its digest, which they do at the end.
    func run(source: any ImageSource, fromBlock first: Int) async {
        firstOffset = min(UInt64(first * pool.settings.blockBytes), manifest.imageBytes)
        // Every card has all of it, and was interrupted before its end.
        guard firstOffset < manifest.imageBytes else { return end(.verified) }
        state = .fetching
        report(.sourceOpened(group: group))
        do {
            try await source.fetch(from: firstOffset, into: self)
            end(verification())
        } catch .cancelled {
            end(.abandoned)
        } catch {
            isSourceUnavailable = error.isUnavailability
            end(.failed(error.description))
        }
    }

    private func end(_ final: State) {
        guard !hasEnded else { return }
        state = final
        switch final {
        case .failed(let reason): report(.sourceFailed(group: group, reason: reason))
        case .verified: report(.sourceVerified(group: group))
        case .waiting, .fetching, .abandoned: break
        }
        ended.open()
        pool.filled.open()
    }

    private func verification() -> State {
        let digest = firstOffset == 0 ? hash.digest() : manifest.digest
        return manifest.mismatch(receivedBytes: firstOffset + receivedBytes, digest: digest).map { .failed($0) }
            ?? .verified
    }

    // MARK: ImageSink

    func accept(_ bytes: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool {
        guard firstOffset + receivedBytes + UInt64(bytes.count) <= manifest.imageBytes else {
            throw SinkRefusal(manifest.excess)
        }
        guard pool.hasRoom(for: bytes.count) else { return false }
        count(bytes.count)
        hash.update(bytes)
        receivedBytes += UInt64(bytes.count)
        pool.fill(bytes)
        report(.sourceDelivered(group: group, bytes: firstOffset + receivedBytes))
        return true
    }

    private func count(_ bytes: Int) {
        guard origin == .server else {
            donorBytes += UInt64(bytes)
            return
        }
        if !isInSession { sessionCount += 1 }
        isInSession = true
    }

    func comes(from origin: ImageOrigin) {
        self.origin = origin
    }

    /// The next session goes on where this one broke.
    func interrupt(_ error: SourceError, resumingAfter delay: Duration) {
        isInSession = false
        report(.sourceInterrupted(group: group, reason: error.description))
    }

    func waitForRoom() async throws(CancellationError) {
        pool.setFull(true)
        defer { pool.setFull(false) }
        try await pool.emptied.wait { pool.hasRoom(for: ImageSourceLimits.pieceBytes) }
    }
}
