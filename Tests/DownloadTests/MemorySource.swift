import ImageSources
import Runtime

/// A source whose every step a test decides, and which counts what it is asked for.
final class MemorySource: ImageSource {
    struct Script: Sendable {
        var bytes: [UInt8]
        var pieceBytes = ImageSourceLimits.pieceBytes
        /// Before the first byte.
        var latency: Duration = .zero
        /// Before each piece.
        var pieceTime: Duration = .zero
        /// Having given so many bytes, it fails.
        var failure: (afterBytes: Int, error: SourceError)?
        /// Having given so many bytes, it gives no more and does not end.
        var hangsAfterBytes: Int?

        init(_ image: TestImage) { bytes = image.bytes }
    }

    /// What was asked of it.
    struct Record: Equatable, Sendable {
        var sessions = 0
        var givenBytes = 0
        /// Sessions that ended, and how many of them by cancellation.
        var ended = 0
        var cancelled = 0
    }

    private let script: Script
    private let loop: any Loop
    private let state: LoopBound<Record>

    init(_ script: Script, loop: any Loop) {
        self.script = script
        self.loop = loop
        state = LoopBound(Record(), on: loop)
    }

    var record: Record { state.value }

    func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        state.value.sessions += 1
        defer { state.value.ended += 1 }
        do {
            try await loop.sleep(for: script.latency)
            try await give(from: Int(offset), to: sink)
        } catch let error as SourceError {
            throw error
        } catch let refusal as SinkRefusal {
            throw .refusedBySink(refusal)
        } catch {
            state.value.cancelled += 1
            throw .cancelled
        }
    }

    private func give(from offset: Int, to sink: any ImageSink) async throws {
        var next = offset
        let stop = min(script.failure?.afterBytes ?? .max, script.hangsAfterBytes ?? .max)
        while next < min(script.bytes.count, stop) {
            try await loop.sleep(for: script.pieceTime)
            let range = next..<min(next + script.pieceBytes, script.bytes.count, stop)
            while try !script.bytes.withUnsafeBytes({ try sink.accept(UnsafeRawBufferPointer(rebasing: $0[range])) }) {
                try await sink.waitForRoom()
            }
            state.value.givenBytes += range.count
            next = range.upperBound
        }
        if let failure = script.failure, next >= failure.afterBytes { throw failure.error }
        if let hang = script.hangsAfterBytes, next >= hang { try await loop.sleep(for: .seconds(1 << 30)) }
    }
}
