/// The sink of an image that comes in several sessions: it gives each byte on once.
///
/// Owned by one fetch of `ResumingSource`, in its isolation.
final class ContinuedSink: ImageSink {
    /// Why a session was ended from here.
    enum Finding: Equatable {
        /// The session's first bytes are others than the sink has.
        case otherBytes
        /// The source gives another number of bytes than the manifest says.
        case otherSize(UInt64)
    }

    private let sink: any ImageSink
    private let imageBytes: UInt64?
    private(set) var delivered: DeliveredBytes
    private(set) var finding: Finding?
    /// By what the image was known when it was begun.
    private(set) var validator: ImageValidator?
    private var overlap: Overlap

    init(_ sink: any ImageSink, from start: UInt64, expected: ImageValidator?, imageBytes: UInt64?, blockBytes: Int) {
        self.sink = sink
        self.imageBytes = imageBytes
        delivered = DeliveredBytes(from: start, blockBytes: blockBytes)
        validator = expected
        overlap = delivered.overlap(from: start)
    }

    /// The session has not come to what the sink has not.
    var overlapsStill: Bool { overlap.remainingBytes > 0 }

    /// The next session says anew by what the image is known.
    func forgetValidator() {
        validator = nil
    }

    /// All that the manifest says has come.
    var isComplete: Bool { delivered.end == imageBytes }

    func beginSession(from offset: UInt64) {
        finding = nil
        overlap = delivered.overlap(from: offset)
    }

    func interrupt(_ error: SourceError, resumingAfter delay: Duration) {
        sink.interrupt(error, resumingAfter: delay)
    }

    // MARK: ImageSink

    func identify(_ validator: ImageValidator) {
        if let imageBytes, let byteCount = validator.byteCount, byteCount != imageBytes {
            finding = .otherSize(byteCount)
        }
        guard self.validator == nil else { return }
        self.validator = validator
        sink.identify(validator)
    }

    func accept(_ bytes: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool {
        if case .otherSize(let size) = finding { throw SinkRefusal("the source gives \(size) bytes") }
        let known = Int(min(UInt64(bytes.count), overlap.remainingBytes))
        // On a copy: the same bytes come again when the sink has no room for those behind the overlap.
        var compared = overlap
        guard compared.matches(UnsafeRawBufferPointer(rebasing: bytes.prefix(known))) else {
            finding = .otherBytes
            throw SinkRefusal("the source gives other bytes than before")
        }
        let new = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(known))
        if !new.isEmpty {
            guard try sink.accept(new) else { return false }
            delivered.add(new)
        }
        overlap = compared
        return true
    }

    func comes(from origin: ImageOrigin) {
        sink.comes(from: origin)
    }

    func waitForRoom() async throws(CancellationError) {
        try await sink.waitForRoom()
    }
}
