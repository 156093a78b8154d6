package import Runtime

/// A source that gives no more than a rate allows, which it may share with others.
package struct ThrottledSource: ImageSource {
    private let source: any ImageSource
    private let rate: RateLimit

    package init(_ source: any ImageSource, rate: RateLimit) {
        self.source = source
        self.rate = rate
    }

    package func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        try await source.fetch(from: offset, into: ThrottledSink(sink, rate: rate))
    }

    package func fetch(
        from offset: UInt64, ifUnchanged validator: ImageValidator?, into sink: any ImageSink
    ) async throws(SourceError) {
        try await source.fetch(from: offset, ifUnchanged: validator, into: ThrottledSink(sink, rate: rate))
    }
}

/// Has no room while the rate is used up.
private final class ThrottledSink: ImageSink {
    private let sink: any ImageSink
    private let rate: RateLimit

    init(_ sink: any ImageSink, rate: RateLimit) {
        self.sink = sink
        self.rate = rate
    }

    func accept(_ bytes: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool {
        guard rate.isOpen, try sink.accept(bytes) else { return false }
        rate.take(bytes.count)
        return true
    }

    func waitForRoom() async throws(CancellationError) {
        // Waiting for the rate is not waiting for room: the sink's owner keeps account of that.
        if rate.isOpen { try await sink.waitForRoom() } else { try await rate.wait() }
    }

    func identify(_ validator: ImageValidator) { sink.identify(validator) }

    func interrupt(_ error: SourceError, resumingAfter delay: Duration) {
        sink.interrupt(error, resumingAfter: delay)
    }
}
