package import Runtime

/// Several sources of one image, asked in turn: where one fails for good, the next one goes on at the same byte.
///
/// Each source ends a session of its own accord only after it has tried what it can (`ResumingSource`); which of them is the right
/// one is not known here, and the digests of the manifest decide.
package struct FallbackSource: ImageSource {
    /// A source, and who gives its bytes unless it says so itself.
    package struct Member: Sendable {
        package var source: any ImageSource
        package var origin: ImageOrigin?

        package init(_ source: any ImageSource, origin: ImageOrigin?) {
            self.source = source
            self.origin = origin
        }
    }

    private let members: [Member]
    /// So much counts as progress: a source that gives one byte a session does not hold the others up for ever.
    private let progressBytes: UInt64
    private let loop: any Loop

    /// How often all are asked without progress: one that was away a moment ago may be back.
    private static let rounds = 2
    /// After a round without progress, until the next one.
    private static let roundPause: Duration = .seconds(1)

    /// - Parameter members: at least one, in the order in which they are asked.
    package init(_ members: [Member], progressBytes: Int, loop: any Loop) {
        self.loop = loop
        precondition(!members.isEmpty, "an image has a source")
        self.members = members
        self.progressBytes = UInt64(progressBytes)
    }

    /// - Throws: the last error of each source, when all have failed; the sink's refusal, cancellation.
    package func fetch(from start: UInt64, into sink: any ImageSink) async throws(SourceError) {
        let position = PositionedSink(sink, at: start)
        var errors = [SourceError?](repeating: nil, count: members.count)
        var failures = 0
        var mark = start
        var index = 0
        while true {
            if let origin = members[index].origin { sink.comes(from: origin) }
            do throws(SourceError) {
                return try await members[index].source.fetch(from: position.offset, into: position)
            } catch {
                if let refusal = position.refusal { throw .refusedBySink(refusal) }
                if case .cancelled = error { throw error }
                errors[index] = error
                if position.offset - mark >= progressBytes {
                    mark = position.offset
                    failures = 0
                }
                failures += 1
                guard failures < Self.rounds * members.count else { throw Self.sum(of: errors.compactMap { $0 }) }
                index = (index + 1) % members.count
                let pause = failures.isMultiple(of: members.count) ? Self.roundPause : .zero
                sink.interrupt(error, resumingAfter: pause)
                do { try await loop.sleep(for: pause) } catch { throw .cancelled }
            }
        }
    }

    private static func sum(of errors: [SourceError]) -> SourceError {
        errors.count == 1 ? errors[0] : .allFailed(errors)
    }
}

/// Counts what a sink has taken, and passes all on.
private final class PositionedSink: ImageSink {
    private let sink: any ImageSink
    private(set) var offset: UInt64
    /// The sink's own word that it wants no more: no other source would do better.
    private(set) var refusal: SinkRefusal?

    init(_ sink: any ImageSink, at offset: UInt64) {
        self.sink = sink
        self.offset = offset
    }

    func accept(_ bytes: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool {
        do throws(SinkRefusal) {
            guard try sink.accept(bytes) else { return false }
        } catch {
            refusal = error
            throw error
        }
        offset += UInt64(bytes.count)
        return true
    }

    func waitForRoom() async throws(CancellationError) { try await sink.waitForRoom() }
    func identify(_ validator: ImageValidator) { sink.identify(validator) }
    func comes(from origin: ImageOrigin) { sink.comes(from: origin) }

    func interrupt(_ error: SourceError, resumingAfter delay: Duration) {
        sink.interrupt(error, resumingAfter: delay)
    }
}
