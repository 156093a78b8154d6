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
    /// - Parameter body: is handed where the server has the images, and how to ask for its own counts.
    func run<Ending>(_ body: (ServerAddress, ServerTally) async throws -> Ending) async throws -> Ending {
        switch shelf.scenario.server.source {
        case .embedded(let language): return try await runEmbedded(language, body)
        case .program(.vsftpd): return try await runVsftpd(body)
        case .running: return try await body(.running(shelf.scenario.server), .unknown)
        }
    }

    private func runEmbedded<Ending>(
        _ language: ServerProtocol, _ body: (ServerAddress, ServerTally) async throws -> Ending
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
            return try await body(.own(language, endpoint), .embedded(server))
        }
    }

    private func runVsftpd<Ending>(_ body: (ServerAddress, ServerTally) async throws -> Ending) async throws -> Ending {
        let server = try await VsftpdServer.start(
            root: folder, folder: logs, port: shelf.scenario.server.port,
            bytesPerSecond: shelf.serverLink.bitsPerSecond.map { $0 / 8 }, loop: loop)
        let outcome: Result<Ending, any Error>
        do {
            outcome = .success(try await body(.own(.ftp, server.endpoint), .vsftpd(server)))
        } catch {
            outcome = .failure(error)
        }
        await server.end()
        return try outcome.get()
    }
}

/// Where a server has the images.
enum ServerAddress: Sendable {
    /// A server that the simulator has started.
    case own(ServerProtocol, Endpoint)
    case running(ScenarioServer)

    /// Where a group's image is.
    ///
    /// - Throws: a file whose name makes no URL.
    func url(of group: ShelfGroup) throws(ShelfError) -> ServerURL {
        switch self {
        case .running(let server):
            guard let url = server.url(of: group.group.image) else { preconditionFailure("a running server has a URL") }
            return url
        case .own(let language, let endpoint):
            do {
                return try ServerURL("\(language.rawValue)://\(endpoint)/\(group.fileName)")
            } catch {
                throw ShelfError("the image's name makes no URL: it \(error.message)")
            }
        }
    }
}

/// Who counts a server's transfers.
enum ServerTally {
    case embedded(FileServer)
    case vsftpd(VsftpdServer)
    /// The server is not ours to ask.
    case unknown

    /// What the server has counted of one file.
    ///
    /// - Parameter expected: how many transfers the CE knows of.
    func counts(ofFile name: String, expecting expected: Int) async -> ServerCounts? {
        switch self {
        case .embedded(let server):
            let counts = server.counts.files["/\(name)"] ?? FileCounts()
            return ServerCounts(transfers: counts.retrieves, bytes: counts.imageBytes)
        case .vsftpd(let server):
            let counts = await server.counts(ofFile: "/\(name)", expecting: expected)
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
