import FileServer
import Glibc
import ImageSources
import Runtime

/// A fetch from the embedded server, on a port of the kernel's choice, in the isolation of an actor, as the engine does it.
struct SourceBench: Sendable {
    static let byteCount = 3_000_000
    static let image = (0..<byteCount).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }

    var settings = FileServerSettings()
    /// Asked for; what is there is `x.img`.
    var path = "x.img"
    var user: String?
    var password: String?
    var offset: UInt64 = 0
    var expected: ImageValidator?
    var limits = CurlLimits()
    /// Wraps the source that is tested.
    var wrap: @Sendable (any ImageSource, EventLoop) -> any ImageSource = { source, _ in source }
    var makeSink: @Sendable () -> CollectingSink = { CollectingSink() }

    /// The same source, going on where it broke; without delays to speak of.
    static func resuming(_ source: any ImageSource, _ loop: EventLoop) -> any ImageSource {
        var limits = ResumptionLimits()
        limits.firstDelay = .milliseconds(1)
        limits.longestDelay = .milliseconds(1)
        return ResumingSource(
            source, url: "the image", imageBytes: UInt64(byteCount), limits: limits, loop: loop)
    }

    func fetch() throws -> Outcome {
        ignoreBrokenPipes()
        let folder = try TestFolder(file: "x.img", bytes: Self.image)
        let loop = EventLoop()
        return try loop.run { () async -> Result<Outcome, any Error> in
            do {
                let server = FileServer(
                    root: folder.path, settings: settings, network: TCPNetwork(loop: loop), loop: loop)
                let endpoint = try await server.start()
                return .success(
                    await withTaskGroup(of: Void.self) { tasks in
                        tasks.addTask { await server.serve() }
                        defer { tasks.cancelAll() }
                        let scheme = settings.language == .http ? "http" : "ftp"
                        let location = FileServerURL(
                            url: "\(scheme)://\(endpoint)/\(path)", user: user, password: password)
                        let source = wrap(CurlSource(location, limits: limits, loop: loop), loop)
                        var outcome = await Fetcher(loop: loop).fetch(
                            source, from: offset, expected: expected, into: makeSink)
                        outcome.counts = server.counts
                        return outcome
                    })
            } catch {
                return .failure(error)
            }
        }.result.get()
    }
}

/// What came of a fetch.
struct Outcome: Sendable {
    var bytes: [UInt8]
    var waits: Int
    var error: SourceError?
    var validators: [ImageValidator] = []
    /// How often the source went on by itself.
    var interruptions: [SourceError] = []
    var delays: [Duration] = []
    /// Who gave the bytes, one after the other.
    var origins: [ImageOrigin] = []
    var counts = FileServerCounts()
}

/// Runs a fetch in its isolation.
actor Fetcher {
    nonisolated let loop: any Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: any Loop) {
        self.loop = loop
    }

    func fetch(
        _ source: any ImageSource, from offset: UInt64 = 0, expected: ImageValidator? = nil,
        into makeSink: @Sendable () -> CollectingSink = { CollectingSink() }
    ) async -> Outcome {
        let sink = makeSink()
        var failure: SourceError?
        do { try await source.fetch(from: offset, ifUnchanged: expected, into: sink) } catch { failure = error }
        return Outcome(
            bytes: sink.bytes, waits: sink.waits, error: failure, validators: sink.validators,
            interruptions: sink.interruptions, delays: sink.delays, origins: sink.origins)
    }
}

/// A sink that keeps everything, or behaves as the test wants it.
final class CollectingSink: ImageSink {
    private(set) var bytes: [UInt8] = []
    private(set) var waits = 0
    private(set) var validators: [ImageValidator] = []
    private(set) var interruptions: [SourceError] = []
    private(set) var delays: [Duration] = []
    private(set) var origins: [ImageOrigin] = []
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

    func identify(_ validator: ImageValidator) { validators.append(validator) }
    func comes(from origin: ImageOrigin) { origins.append(origin) }

    func interrupt(_ error: SourceError, resumingAfter delay: Duration) {
        interruptions.append(error)
        delays.append(delay)
    }
}

/// The first place at which two texts of bytes differ; nil when they do not. `#expect` on the arrays themselves would
/// reckon out a shortest list of changes, which takes for ever on images.
func difference(_ left: [UInt8], _ right: [UInt8]) -> Int? {
    guard left != right else { return nil }
    return zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset ?? min(left.count, right.count)
}

/// As the programs do: with TLS, libcurl may write to a connection that is gone (CURLOPT_NOSIGNAL(3)).
func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
}

/// A folder with one file, which goes with the test.
final class TestFolder: Sendable {
    let path: String
    private let file: String

    init(file: String, bytes: [UInt8]) throws {
        var template = Array("/tmp/image-source-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        // vsftpd serves as a user of its own.
        chmod(path, 0o755)
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
