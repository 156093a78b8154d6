import CardProtocol
import CardSoftware

/// A download that a session runs: what has arrived, what is programmed, what is acknowledged.
///
/// Invariant: acknowledged <= received <= acknowledged + window. All in bytes of the image.
final class Download {
    var progress: DownloadProgress
    var window: DownloadWindow
    /// Sections up to here have arrived.
    private(set) var receivedBytes: Int
    /// Of the newest section.
    private(set) var lastSequence: UInt32 = 0
    /// Sections up to here are in flash, and the CE is told so.
    private(set) var acknowledgedBytes: Int
    /// Why no further section is programmed; those that are still on their way are dropped.
    var failure: Refusal?
    var isAborted = false
    /// Another connection has ended the download, and this one's CE is not told yet.
    private var eviction: Refusal?

    init(_ progress: DownloadProgress, offset: Int, window: consuming DownloadWindow) {
        self.progress = progress
        self.window = window
        receivedBytes = offset
        acknowledgedBytes = offset
    }

    var isEvicted: Bool { eviction != nil }

    /// Ends the download from outside of its session.
    func evict(_ refusal: Refusal) {
        guard failure == nil else { return }
        failure = refusal
        eviction = refusal
    }

    func takeEviction() -> Refusal? {
        defer { eviction = nil }
        return eviction
    }

    /// Whether another session may take it up where it is: also when a block was lost, from which on the image is wanted again.
    var canGoOn: Bool { !isAborted && (failure == nil || failure?.code == .flashFailed) }

    var isStopped: Bool { failure != nil || isAborted }

    /// A section has arrived that is not in flash yet.
    var hasWork: Bool { !isStopped && acknowledgedBytes < receivedBytes }

    func sectionBytes(at offset: Int) -> Int {
        min(window.sectionBytes, progress.imageBytes - offset)
    }

    /// Checks the header of a section against what is due.
    ///
    /// - Returns: the section's length.
    func expectSection(payloadBytes: Int) throws(ProtocolError) -> Int {
        let length = sectionBytes(at: receivedBytes)
        guard length > 0 else { throw .unexpected("a section beyond the image's \(progress.imageBytes) bytes") }
        guard payloadBytes == CardFrame.sectionOffsetBytes + length else {
            let found = payloadBytes - CardFrame.sectionOffsetBytes
            throw .malformed("a section of \(found) bytes; \(length) were due at offset \(receivedBytes)")
        }
        guard receivedBytes + length <= acknowledgedBytes + window.capacityBytes else {
            throw .unexpected(
                "a section at offset \(receivedBytes), beyond the window of \(window.capacityBytes) bytes from \(acknowledgedBytes)"
            )
        }
        return length
    }

    /// The section for which there was room has arrived.
    func noteSection(
        offset: UInt64, length: Int, _ arrival: DownloadWindow.Arrival
    ) throws(ProtocolError) {
        guard offset == receivedBytes else {
            throw .unexpected("a section at offset \(offset) where offset \(receivedBytes) was due")
        }
        window.note(arrival, at: receivedBytes)
        receivedBytes += length
        lastSequence = arrival.sequence
    }

    func acknowledge(_ bytes: Int) {
        acknowledgedBytes += bytes
    }
}
