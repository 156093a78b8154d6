import ImageSources
import Links
import Runtime
import SoftwareImage

/// The file server of an explored shelf: a link of its own, and what goes wrong with it, each once, at a byte of the image.
final class ExploredServer: ImageSource {
    private struct State {
        var link: LinkDirection
        var sessions = 0
        var sentBytes: UInt64 = 0
        var pending: [ExploredFault.Kind]
        /// Nobody answers any more.
        var isGone = false
        /// The next session that is to begin in the middle begins at the first byte.
        var ignoresRest = false
        var resumptions = 0
        var fired: [ExploredFault.Kind] = []
    }

    static let url = "ftp://server/image"
    private let image: ImageMemory
    private let latency: Duration
    private let loop: any Loop
    private let state: LoopBound<State>

    /// How much is handed to the link ahead of the CE: what both ends' sockets hold.
    private static let socketBytes = 128 << 10
    /// One way trips until the first byte of a file, as the embedded FTP server's.
    private static let latenciesBeforeData = 17

    init(_ image: ImageMemory, _ link: ExploredCase.Link, faults: [ExploredFault.Kind], loop: any Loop) {
        self.image = image
        self.loop = loop
        latency = .milliseconds(link.latencyMilliseconds)
        state = LoopBound(State(link: LinkDirection(link.settings), pending: faults), on: loop)
    }

    var sessionCount: Int { state.value.sessions }
    var sentBytes: UInt64 { state.value.sentBytes }
    /// Sessions that began in the middle of the image.
    var resumptions: Int { state.value.resumptions }
    var fired: [ExploredFault.Kind] { state.value.fired }

    func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        do {
            try await loop.sleep(for: latency * Self.latenciesBeforeData)
            if state.value.isGone { throw SourceError.unreachable(url: Self.url, cause: "connection refused") }
            state.value.sessions += 1
            if offset > 0 { state.value.resumptions += 1 }
            let start = state.value.ignoresRest ? 0 : Int(offset)
            if offset > 0 { state.value.ignoresRest = false }
            try await send(from: start, into: sink)
        } catch let refusal as SinkRefusal {
            throw .refusedBySink(refusal)
        } catch let error as SourceError {
            throw error
        } catch {
            throw .cancelled
        }
    }

    private func send(from offset: Int, into sink: any ImageSink) async throws {
        var underway: [(range: Range<Int>, arrival: Instant)] = []
        var next = offset
        var taken = offset
        while taken < image.bytes.count {
            while next < min(taken + Self.socketBytes, image.bytes.count) {
                let range = next..<min(next + ImageSourceLimits.pieceBytes, image.bytes.count)
                underway.append((range, state.value.link.admit(bytes: range.count, at: loop.now).arrival))
                state.value.sentBytes += UInt64(range.count)
                next = range.upperBound
            }
            let piece = underway.removeFirst()
            try await misbehave(at: piece.range)
            try await loop.sleep(until: piece.arrival)
            while try !sink.accept(UnsafeRawBufferPointer(rebasing: image.bytes[piece.range])) {
                try await sink.waitForRoom()
            }
            taken = piece.range.upperBound
        }
    }

    /// Does what is due when these bytes are.
    private func misbehave(at range: Range<Int>) async throws {
        guard let index = state.value.pending.firstIndex(where: { $0.serverByte.map(range.contains) ?? false }) else {
            return
        }
        let kind = state.value.pending.remove(at: index)
        state.value.fired.append(kind)
        func broken(_ cause: String) -> SourceError {
            .interrupted(url: Self.url, receivedBytes: UInt64(range.lowerBound), cause: cause)
        }
        switch kind {
        case .serverStalls(_, let milliseconds):
            // libcurl gives a transfer up that has stalled.
            let limit = Duration.seconds(CurlLimits().lowSpeedSeconds)
            try await loop.sleep(for: min(.milliseconds(milliseconds), limit))
            if .milliseconds(milliseconds) > limit { throw broken("nothing came for \(limit)") }
        case .serverIsGone:
            state.value.isGone = true
            throw broken("connection reset")
        case .serverIgnoresRest:
            state.value.ignoresRest = true
            throw broken("connection reset")
        default: throw broken("connection reset")
        }
    }
}

extension ExploredFault.Kind {
    /// At which byte of the image it happens; nil when it is not the server's.
    var serverByte: Int? {
        switch self {
        case .serverCloses(let byte), .serverStalls(let byte, _), .serverIgnoresRest(let byte), .serverIsGone(let byte):
            byte
        default: nil
        }
    }
}

extension ExploredCase.Link {
    var settings: LinkSettings {
        LinkSettings(
            bitsPerSecond: megabitsPerSecond.map { $0 * 1_000_000 }, latency: .milliseconds(latencyMilliseconds))
    }
}
