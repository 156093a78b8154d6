package import Faults
import Glibc
package import Links
package import Runtime

/// The file server of an emulated shelf: it serves the files of one folder, read-only, to clients on this machine, by FTP
/// or by HTTP/1.1.
///
/// FTP: passive and extended passive mode only (RFC 959, 1635, 2389, 2428, 3659). HTTP: GET and HEAD, ranges to the
/// end, one request a connection (RFC 9110, 9112). It runs on any loop and any network.
package actor FileServer {
    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Commands that libcurl 7.88 sends for a file in the root, each after the answer to the one before: USER, PASS, PWD,
    /// EPSV, TYPE, MDTM, SIZE, RETR (curl -v). REST makes one more, as does CWD for each folder.
    package static let downloadRoundTrips = 8
    /// Latencies of the link from a download's connect to its first byte: one for the greeting, two for each round trip.
    /// Emulated links do not delay the TCP handshakes. The answer 226 comes one latency after the last byte.
    package static let latenciesToFirstByte = 1 + 2 * downloadRoundTrips

    /// After an accept that failed for want of descriptors or memory, how long until the next: soon enough for a person,
    /// seldom enough for the processor.
    static let acceptRetryPause: Duration = .milliseconds(100)
    /// Replies are short, and one that is not read must not hold more than this (SO_SNDBUF).
    static let controlBufferBytes = 16 << 10

    private let root: String
    private let settings: FileServerSettings
    private let network: any Network
    private nonisolated let ledger: LoopBound<FileServerCounts>
    private let downstream: LoopBound<LinkDirection>
    /// How it behaves, for whoever switches its faults.
    package nonisolated let conduct: ServerConduct
    private let conditions: LinkConditions?
    private var listener: (any Listener)?
    private var folder: ServedFolder?
    private var openSessions = 0

    /// - Parameters:
    ///   - root: the folder that is served, by its path.
    ///   - conditions: what is wrong with the server's line, now and later.
    package init(
        root: String, settings: FileServerSettings, conditions: LinkConditions? = nil, network: any Network,
        loop: any Loop
    ) {
        conduct = ServerConduct(settings.faults, loop: loop)
        self.conditions = conditions
        self.root = root
        self.settings = settings
        self.network = network
        self.loop = loop
        ledger = LoopBound(FileServerCounts(), on: loop)
        downstream = LoopBound(LinkDirection(settings.link), on: loop)
    }

    /// What the server has done so far; to be asked for on the loop.
    package nonisolated var counts: FileServerCounts { ledger.value }

    /// Opens the folder and listens.
    ///
    /// - Parameter endpoint: port 0 lets the network choose one.
    /// - Returns: where clients reach it.
    package func start(on endpoint: Endpoint = .loopback()) throws(FileServerError) -> Endpoint {
        precondition(listener == nil, "the file server was started before")
        do throws(SystemError) {
            folder = try ServedFolder(path: root)
        } catch {
            throw .cannotOpenFolder(root, error)
        }
        do throws(ConnectionError) {
            let options = SocketOptions(sendBufferBytes: Self.controlBufferBytes, deadPeerTimeout: nil)
            let listener = try network.listen(on: endpoint, options: options)
            self.listener = listener
            return listener.endpoint
        } catch {
            throw .network(error)
        }
    }

    /// Serves until the task is cancelled; then every connection is closed.
    package func serve() async {
        guard let listener, let folder else { preconditionFailure("the file server serves before it was started") }
        let context = FileSession.Context(
            folder: folder, settings: settings, network: network, counts: ledger, downstream: downstream,
            conduct: conduct, conditions: conditions)
        defer { listener.close() }
        await withDiscardingTaskGroup { group in
            while let accepted = await nextClient(listener) {
                guard openSessions < settings.limits.sessions else {
                    refuse(accepted)
                    continue
                }
                openSessions += 1
                ledger.value.sessions += 1
                group.addTask(executorPreference: loop) { await self.serve(accepted, context) }
            }
        }
    }

    /// nil when the server ends.
    private func nextClient(_ listener: any Listener) async -> (any Connection)? {
        while true {
            do throws(ConnectionError) {
                return try await listener.accept()
            } catch {
                guard case .lost = error else { return nil }
                do { try await loop.sleep(for: Self.acceptRetryPause) } catch { return nil }
            }
        }
    }

    private func serve(_ accepted: any Connection, _ context: FileSession.Context) async {
        let faults = conduct.beginSession()
        guard !faults.refusesSessions else {
            openSessions -= 1
            return accepted.reset()
        }
        guard settings.language == .ftp else { return await serveWeb(accepted, context, faults) }
        // The rate is that of the data connections; a reply has the latency alone.
        let (control, link) = linked(
            accepted, LinkSettings(latency: settings.link.latency), conditions: conditions, isCardEnd: false, loop: loop
        )
        let session = FileSession(control, context, faults: faults, loop: loop)
        await withTaskGroup(of: Void.self) { group in
            if let link { group.addTask(executorPreference: loop) { await link.pump() } }
            await session.run()
        }
        openSessions -= 1
    }

    /// In HTTP the file comes on the connection of the request: it shares the server's one line downstream.
    private func serveWeb(
        _ accepted: any Connection, _ context: FileSession.Context, _ faults: FileServerFaults
    ) async {
        let isLinked = settings.link != .unlimited || conditions != nil
        let upstream = LoopBound(LinkDirection(settings.link), on: loop)
        let link =
            isLinked
            ? LinkedConnection(
                accepted, incoming: upstream, outgoing: downstream, conditions: conditions, isCardEnd: false, loop: loop
            )
            : nil
        let session = WebSession(link ?? accepted, link: link, context, faults: faults, loop: loop)
        await withTaskGroup(of: Void.self) { group in
            if let link { group.addTask(executorPreference: loop) { await link.pump() } }
            await session.run()
        }
        openSessions -= 1
    }

    private func refuse(_ accepted: any Connection) {
        let text = "\(settings.limits.sessions) sessions are the most that this server has; try again later"
        let bytes =
            settings.language == .ftp ? Reply(421, text).bytes : WebAnswer(503, "Service Unavailable").bytes
        ledger.value.refusedCommands += 1
        _ = bytes.withUnsafeBytes { try? accepted.write($0, .empty) }
        accepted.close()
    }
}
