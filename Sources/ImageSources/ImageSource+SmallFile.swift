extension ImageSource {
    /// Fetches a whole file that is known to be small: a manifest.
    ///
    /// - Parameter limitBytes: a larger one is refused before more of it is kept.
    package func bytes(limitBytes: Int) async throws(SourceError) -> [UInt8] {
        let sink = SmallFileSink(limitBytes: limitBytes)
        try await fetch(from: 0, into: sink)
        return sink.bytes
    }
}

/// Keeps a small file in memory.
private final class SmallFileSink: ImageSink {
    private(set) var bytes: [UInt8] = []
    private let limitBytes: Int

    init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    func accept(_ piece: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool {
        guard bytes.count + piece.count <= limitBytes else {
            throw SinkRefusal("it has more than \(limitBytes) bytes, the most that is read")
        }
        bytes += piece
        return true
    }

    func waitForRoom() async throws(CancellationError) {}
}
