import Glibc
import Runtime
import Shelves
import SoftwareImage

extension Workshop {
    /// All ports are there within it; a thousand take some milliseconds.
    private static let sinkStartLimit: Duration = .seconds(10)

    /// Serves images of the given sizes by vsftpd while `body` runs.
    ///
    /// - Parameter niceness: of the server's processes (setpriority(2)).
    func withServer<Result>(
        imageBytes: [UInt64], niceness: CInt = 0, _ body: ([RemoteImage]) async throws -> Result
    ) async throws -> Result {
        let root = try makeFolder("server")
        var images: [ServedImage] = []
        defer { for image in images { image.remove() } }
        for bytes in imageBytes {
            let folder = "\(root)/\(bytes)"
            guard mkdir(folder, 0o755) == 0 else {
                throw BenchmarkError("\(folder) cannot be made: \(SystemError.last)")
            }
            images.append(try ServedImage(bytes: bytes, in: folder))
        }
        let server = try await VsftpdServer.start(
            root: root, folder: try makeFolder("vsftpd"), bytesPerSecond: nil, loop: loop)
        setpriority(CInt(PRIO_PROCESS.rawValue), id_t(server.processID), niceness)
        return try await ending({ await server.end() }) {
            try await body(
                images.map { image in
                    RemoteImage(
                        url: "ftp://\(server.endpoint)/\(image.byteCount)/\(image.fileName)",
                        byteCount: image.byteCount,
                        digest: image.digest)
                })
        }
    }

    /// Runs cards with instant flash that keeps nothing, all in one process, while `body` runs.
    ///
    /// - Parameters:
    ///   - niceness: of the process (setpriority(2)).
    ///   - body: is handed the path of a file with their addresses, one a line, slot 1 first.
    func withSinkCards<Result>(
        count: Int, niceness: CInt = 0, _ body: (String) async throws -> Result
    ) async throws -> Result {
        let (cards, errors) = (freshPath("cards"), freshPath("sink-errors"))
        let process = try ChildProcess(
            name: "sink-cards", path: program("sink-cards"), arguments: ["\(count)"], output: .file(cards),
            errors: .file(errors), loop: loop)
        setpriority(CInt(PRIO_PROCESS.rawValue), id_t(process.processID), niceness)
        return try await ending({ await process.end() }) {
            let deadline = loop.now.advanced(by: Self.sinkStartLimit)
            while lineCount(of: cards) < count {
                guard process.status == nil, loop.now < deadline else {
                    throw BenchmarkError("sink-cards does not start: \(TextFile.read(errors) ?? "")")
                }
                try await loop.sleep(for: .milliseconds(10))
            }
            return try await body(cards)
        }
    }

    private func lineCount(of path: String) -> Int {
        (TextFile.read(path) ?? "").utf8.count { $0 == UInt8(ascii: "\n") }
    }

    /// Runs `body`, and then `end`, whatever came of it.
    private func ending<Result>(
        _ end: () async -> Void, _ body: () async throws -> Result
    ) async throws -> Result {
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body())
        } catch {
            outcome = .failure(error)
        }
        await end()
        return try outcome.get()
    }
}

/// An image as a sender has to know it.
struct RemoteImage {
    var url: String
    var byteCount: UInt64
    var digest: ImageDigest
}
