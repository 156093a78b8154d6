import FileServer
import Links
import Runtime
import Scenarios
import Settings
import ShelfModel
import Shelves

/// The file server of a run, whichever the scenario names: the embedded one, vsftpd, or one that runs already.
struct ShelfServer {
    private let shelf: ShelfDescription
    private let folder: String
    private let logs: String
    private let loop: EventLoop

    /// - Parameters:
    ///   - folder: what is served.
    ///   - logs: for a server's settings and logs.
    init(_ shelf: ShelfDescription, folder: String, logs: String, loop: EventLoop) {
        self.shelf = shelf
        self.folder = folder
        self.logs = logs
        self.loop = loop
    }

    /// Runs the server while `body` runs.
    ///
    /// - Parameter body: is handed the image's URL, and how to ask for the server's own counts.
    func run<Ending>(_ body: (ServerURL, ServerTally) async throws -> Ending) async throws -> Ending {
        let server = shelf.scenario.server
        switch server.source {
        case .embedded(let language): return try await runEmbedded(language, body)
        case .program(.vsftpd): return try await runVsftpd(body)
        case .running:
            guard let url = server.url(of: shelf.scenario.group.image) else {
                preconditionFailure("a running server has a URL")
            }
            return try await body(url, .unknown)
        }
    }

    private func runEmbedded<Ending>(
        _ language: ServerProtocol, _ body: (ServerURL, ServerTally) async throws -> Ending
    ) async throws -> Ending {
        let login: FileServerSettings.Login =
            shelf.scenario.server.account.map { .password(user: $0.user, password: $0.password) } ?? .anonymous
        let server = FileServer(
            root: folder,
            settings: FileServerSettings(
                language: language == .http ? .http : .ftp, login: login, link: shelf.serverLink),
            network: TCPNetwork(loop: loop), loop: loop)
        let endpoint = try await server.start(on: .loopback(port: shelf.scenario.server.port ?? 0))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await server.serve() }
            defer { tasks.cancelAll() }
            return try await body(try url(at: endpoint, by: language), .embedded(server))
        }
    }

    private func runVsftpd<Ending>(_ body: (ServerURL, ServerTally) async throws -> Ending) async throws -> Ending {
        let server = try await VsftpdServer.start(
            root: folder, folder: logs, port: shelf.scenario.server.port,
            bytesPerSecond: shelf.serverLink.bitsPerSecond.map { $0 / 8 }, loop: loop)
        let outcome: Result<Ending, any Error>
        do {
            outcome = .success(try await body(try url(at: server.endpoint, by: .ftp), .vsftpd(server)))
        } catch {
            outcome = .failure(error)
        }
        await server.end()
        return try outcome.get()
    }

    private func url(at endpoint: Endpoint, by language: ServerProtocol) throws -> ServerURL {
        do {
            return try ServerURL("\(language.rawValue)://\(endpoint)/\(shelf.scenario.group.image.fileName)")
        } catch {
            throw ShelfError("the image's name makes no URL: it \(error.message)")
        }
    }
}

/// Who counts a server's transfers.
enum ServerTally {
    case embedded(FileServer)
    case vsftpd(VsftpdServer)
    /// The server is not ours to ask.
    case unknown

    /// - Parameter expected: how many transfers the CE knows of.
    func counts(expecting expected: Int) async -> ServerCounts? {
        switch self {
        case .embedded(let server):
            let counts = server.counts
            return ServerCounts(transfers: counts.retrieves, bytes: counts.imageBytes)
        case .vsftpd(let server):
            let counts = await server.counts(expecting: expected)
            return ServerCounts(transfers: counts.transfers, bytes: counts.bytes)
        case .unknown: return nil
        }
    }
}

/// What a server itself has counted.
struct ServerCounts: Equatable, Sendable {
    /// Transfers that were begun (RETR).
    var transfers: Int
    /// The image's bytes that left it.
    var bytes: UInt64
}
