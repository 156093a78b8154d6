import ImageSources
import Runtime

/// A source in virtual time whose every session a test writes down, and which says what was asked of it.
final class ScriptedSource: ImageSource {
    struct Session: Sendable {
        /// Gives the image's bytes up to here.
        var end: Int = .max
        /// Having given them; nil: ends in order.
        var error: SourceError?
        /// Gives from here, whatever it was asked for.
        var ignoredOffset: Int?
        /// By what the image is known in this session.
        var validator: ImageValidator?
        /// The byte here comes inverted.
        var corruptedByte: Int?
        /// Does not end until it is cancelled.
        var hangs = false
    }

    struct Request: Equatable, Sendable {
        var offset: UInt64
        var expected: ImageValidator?
        var instant: Instant
    }

    private let image: [UInt8]
    private let sessions: [Session]
    private let pieceBytes: Int
    private let loop: any Loop
    private let asked: LoopBound<[Request]>

    /// - Parameter sessions: the last of them again and again.
    init(_ image: [UInt8], _ sessions: [Session], pieceBytes: Int = 1000, loop: any Loop) {
        self.image = image
        self.sessions = sessions
        self.pieceBytes = pieceBytes
        self.loop = loop
        asked = LoopBound([], on: loop)
    }

    var requests: [Request] { asked.value }

    func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        try await fetch(from: offset, ifUnchanged: nil, into: sink)
    }

    func fetch(
        from offset: UInt64, ifUnchanged expected: ImageValidator?, into sink: any ImageSink
    ) async throws(SourceError) {
        let session = sessions[min(asked.value.count, sessions.count - 1)]
        asked.value.append(Request(offset: offset, expected: expected, instant: loop.now))
        do {
            try await loop.sleep(for: .milliseconds(1))
            if let validator = session.validator { sink.identify(validator) }
            try await give(session, from: session.ignoredOffset ?? Int(offset), to: sink)
            if session.hangs { try await loop.sleep(for: .seconds(1 << 30)) }
        } catch let refusal as SinkRefusal {
            throw .refusedBySink(refusal)
        } catch {
            throw .cancelled
        }
        if let error = session.error { throw error }
    }

    private func give(_ session: Session, from start: Int, to sink: any ImageSink) async throws {
        var next = start
        while next < min(session.end, image.count) {
            let range = next..<min(next + pieceBytes, session.end, image.count)
            var piece = Array(image[range])
            if let byte = session.corruptedByte, range.contains(byte) { piece[byte - range.lowerBound] ^= 0xFF }
            while try !piece.withUnsafeBytes({ try sink.accept($0) }) { try await sink.waitForRoom() }
            next = range.upperBound
        }
    }
}
