import FileServer
import Glibc
import Links
import Runtime

/// Both loops run the same sessions.
enum LoopKind: String, CaseIterable, Sendable {
    case real, virtual
}

/// A folder of its own for one test: `image.bin`, `sub/small.txt`, and links that lead outside of it.
final class Folder: Sendable {
    let path: String
    let image: [UInt8]
    private let outside: String

    init(imageBytes: Int = 300_000) {
        var template = Array("/tmp/file-server-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)!) }
        outside = path + "-outside"
        image = (0..<imageBytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        mkdir(path + "/sub", 0o700)
        mkdir(outside, 0o700)
        Self.write(image, to: path + "/image.bin")
        Self.write(Array("hello".utf8), to: path + "/sub/small.txt")
        Self.write(Array("secret".utf8), to: outside + "/secret")
        symlink(outside + "/secret", path + "/link")
        symlink(outside, path + "/linked-folder")
        symlink("sub", path + "/inner-link")
        mkfifo(path + "/pipe", 0o600)
        var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
        utimensat(AT_FDCWD, path + "/image.bin", &times, 0)
    }

    deinit {
        for name in ["image.bin", "sub/small.txt", "link", "linked-folder", "inner-link", "pipe"] {
            unlink(path + "/" + name)
        }
        unlink(outside + "/secret")
        rmdir(path + "/sub")
        rmdir(path)
        rmdir(outside)
    }

    static func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0 && Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }
}

/// What a test's body gets: a server that serves, and how to reach it.
struct Shelf: Sendable {
    let server: FileServer
    let endpoint: Endpoint
    let network: any Network
    let loop: any Loop
    let folder: Folder

    func client() async throws -> FTPClient {
        let client = FTPClient(try await network.connect(to: endpoint, options: SocketOptions()), network, loop)
        _ = try await client.reply()
        return client
    }

    func loggedIn() async throws -> FTPClient {
        let client = try await client()
        _ = try await client.ask("USER anonymous")
        _ = try await client.ask("PASS x")
        _ = try await client.ask("TYPE I")
        return client
    }

    /// Runs `body` against a server, then ends the server and waits for its end.
    static func run<Success: Sendable>(
        _ kind: LoopKind, _ settings: FileServerSettings = FileServerSettings(), folder: Folder = Folder(),
        _ body: @escaping @Sendable (Shelf) async throws -> Success
    ) throws -> Success {
        @Sendable func serve(_ loop: any Loop, _ network: any Network) async -> Result<Success, any Error> {
            let server = FileServer(root: folder.path, settings: settings, network: network, loop: loop)
            do {
                let endpoint = try await server.start()
                let shelf = Shelf(server: server, endpoint: endpoint, network: network, loop: loop, folder: folder)
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await server.serve() }
                    defer { group.cancelAll() }
                    return .success(try await body(shelf))
                }
            } catch {
                return .failure(error)
            }
        }
        switch kind {
        case .real:
            let loop = EventLoop()
            return try loop.run { await serve(loop, TCPNetwork(loop: loop)) }.result.get()
        case .virtual:
            let loop = VirtualTimeLoop(seed: 1)
            return try loop.run { await serve(loop, VirtualNetwork(loop: loop)) }.get()
        }
    }
}
