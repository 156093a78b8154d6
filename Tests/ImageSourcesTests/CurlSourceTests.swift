import FileServer
import Glibc
import ImageSources
import Links
import Runtime
import SoftwareImage
import Testing

/// libcurl on the event loop against the embedded server, on a port of the kernel's choice.
@Suite struct CurlSourceTests {
    private static let byteCount = 3_000_000
    private static let image = (0..<byteCount).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }

    /// A server with one file, and a source for a path on it.
    private func fetch(
        _ path: String = "x.img", user: String? = nil, from offset: UInt64 = 0, link: LinkSettings = .unlimited,
        login: FileServerSettings.Login = .anonymous, into makeSink: @escaping @Sendable () -> CollectingSink
    ) throws -> Outcome {
        let folder = try TestFolder(file: "x.img", bytes: Self.image)
        let loop = EventLoop()
        return try loop.run { () async -> Result<Outcome, any Error> in
            do {
                let server = FileServer(
                    root: folder.path, settings: FileServerSettings(login: login, link: link),
                    network: TCPNetwork(loop: loop), loop: loop)
                let endpoint = try await server.start()
                let location = FileServerURL(url: "ftp://\(endpoint)/\(path)", user: user, password: "wrong")
                return .success(
                    await withTaskGroup(of: Void.self) { tasks in
                        tasks.addTask { await server.serve() }
                        defer { tasks.cancelAll() }
                        return await Fetcher(loop: loop).fetch(
                            CurlSource(location, loop: loop), from: offset, into: makeSink, server: server)
                    })
            } catch {
                return .failure(error)
            }
        }.result.get()
    }

    @Test func theWholeImageComesInOneTransfer() throws {
        let outcome = try fetch { CollectingSink() }
        #expect(outcome.error == nil)
        #expect(outcome.bytes == Self.image)
        #expect(outcome.counts.retrieves == 1)
        #expect(outcome.counts.imageBytes == UInt64(Self.byteCount))
    }

    @Test func fromAnOffsetOnlyTheRestComes() throws {
        let outcome = try fetch(from: 2_000_000) { CollectingSink() }
        #expect(outcome.error == nil)
        #expect(outcome.bytes == Array(Self.image[2_000_000...]))
    }

    @Test func aSinkThatHasNoRoomAtEveryPieceLosesNothing() throws {
        let outcome = try fetch { CollectingSink(isReluctant: true) }
        #expect(outcome.error == nil)
        #expect(outcome.bytes == Self.image)
        #expect(outcome.waits > 100)
    }

    @Test func aSinkThatWantsNoMoreEndsTheTransfer() throws {
        let outcome = try fetch { CollectingSink(limitBytes: 100_000) }
        #expect(outcome.error == .refusedBySink(SinkRefusal("that is enough")))
        #expect(outcome.bytes.count <= 100_000)
    }

    @Test func aMissingFileIsNotFound() throws {
        let outcome = try fetch("nope.img") { CollectingSink() }
        guard case .notFound(let url, let reply)? = outcome.error else {
            Issue.record("\(String(describing: outcome.error))")
            return
        }
        #expect(url.hasSuffix("/nope.img"))
        #expect(reply.hasPrefix("550"))
        #expect(outcome.error?.isUnavailability == true)
    }

    @Test func aWrongPasswordIsRefusedAndNotRepeated() throws {
        let outcome = try fetch(user: "joe", login: .password(user: "joe", password: "right")) { CollectingSink() }
        guard case .loginRefused(_, let reply)? = outcome.error else {
            Issue.record("\(String(describing: outcome.error))")
            return
        }
        #expect(reply.hasPrefix("530"))
        #expect(outcome.error?.description.contains("wrong") == outcome.error?.description.contains("530 User"))
        #expect(outcome.counts.retrieves == 0)
    }

    @Test func nobodyListensIsUnreachable() throws {
        let loop = EventLoop()
        let error = try loop.run { () async -> SourceError? in
            let listener = try? TCPNetwork(loop: loop).listen(on: .loopback(), options: SocketOptions())
            guard let endpoint = listener?.endpoint else { return nil }
            listener?.close()
            let source = CurlSource(FileServerURL(url: "ftp://\(endpoint)/x"), loop: loop)
            do throws(SourceError) {
                try await source.fetch(from: 0, into: CollectingSink())
                return nil
            } catch {
                return error
            }
        }.result
        guard case .unreachable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// A slow link, and an end in the middle.
    @Test func cancellationEndsTheTransferAtOnce() throws {
        let link = LinkSettings(bitsPerSecond: 8_000_000)
        let outcome = try fetch(link: link) { CollectingSink(cancelsAfterBytes: 100_000) }
        #expect(outcome.error == .cancelled)
        #expect(outcome.bytes.count < 1_000_000)
        #expect(outcome.counts.completedRetrieves == 0)
    }
}

/// What came of a fetch.
struct Outcome: Sendable {
    var bytes: [UInt8]
    var waits: Int
    var error: SourceError?
    var counts: FileServerCounts
}

/// Runs a fetch in the isolation of an actor on the loop, as the engine does.
actor Fetcher {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func fetch(
        _ source: CurlSource, from offset: UInt64, into makeSink: @Sendable () -> CollectingSink, server: FileServer
    ) async -> Outcome {
        let sink = makeSink()
        var failure: SourceError?
        do { try await source.fetch(from: offset, into: sink) } catch { failure = error }
        return Outcome(bytes: sink.bytes, waits: sink.waits, error: failure, counts: server.counts)
    }
}

/// A sink that keeps everything, or behaves as the test wants it.
final class CollectingSink: ImageSink {
    private(set) var bytes: [UInt8] = []
    private(set) var waits = 0
    private let isReluctant: Bool
    private let limitBytes: Int
    private let cancelsAfterBytes: Int
    private var hasRoom = false

    init(isReluctant: Bool = false, limitBytes: Int = .max, cancelsAfterBytes: Int = .max) {
        self.isReluctant = isReluctant
        self.limitBytes = limitBytes
        self.cancelsAfterBytes = cancelsAfterBytes
    }

    func accept(_ piece: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool {
        guard bytes.count + piece.count <= limitBytes else { throw SinkRefusal("that is enough") }
        if isReluctant && !hasRoom { return false }
        hasRoom = false
        bytes += piece
        if bytes.count > cancelsAfterBytes { withUnsafeCurrentTask { $0?.cancel() } }
        return true
    }

    func waitForRoom() async throws(CancellationError) {
        waits += 1
        await Task.yield()
        hasRoom = true
    }
}

/// A folder with one file, which goes with the test.
final class TestFolder: Sendable {
    let path: String
    private let file: String

    init(file: String, bytes: [UInt8]) throws {
        var template = Array("/tmp/image-source-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        self.file = "\(path)/\(file)"
        let descriptor = open(self.file, O_WRONLY | O_CREAT, 0o644)
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw SystemError.last }
    }

    deinit {
        unlink(file)
        rmdir(path)
    }
}
