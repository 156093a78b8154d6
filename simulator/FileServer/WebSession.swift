import Faults
import Links
import Runtime

/// One client of a file server that speaks HTTP/1.1: one request, one answer, and the end of the connection.
///
/// Owned by the server's task for this client, which runs `run` to its end; all state is touched on the loop.
actor WebSession {
    nonisolated let loop: any Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let connection: any Connection
    private let link: LinkedConnection?
    private let context: FileSession.Context
    private let sessionFaults: FileServerFaults
    private var sentBytes = 0

    /// - Parameter link: the connection's own, which has to have delivered all before the connection is closed.
    init(
        _ connection: any Connection, link: LinkedConnection?, _ context: FileSession.Context,
        faults: FileServerFaults, loop: any Loop
    ) {
        sessionFaults = faults
        self.connection = connection
        self.link = link
        self.context = context
        self.loop = loop
    }

    /// Answers the client, unless it leaves, is silent for too long, or the task is cancelled; then closes the connection.
    func run() async {
        defer { connection.close() }
        do {
            guard let request = try await nextRequest() else { return }
            guard let transfer = try await answer(request) else { return }
            try await carry(transfer)
        } catch {
            // The client is gone, or the server ends: nobody is left to be told.
        }
    }

    /// - Returns: nil when the client has ended the connection, or sent what is no request.
    private func nextRequest() async throws -> WebRequest? {
        let head = try await loop.withDeadline(context.settings.limits.idleTime, "request") { [connection] in
            try await Self.readHead(from: connection)
        }
        guard let head, let request = WebRequest(head: head) else {
            try await refuse(WebAnswer(400, "Bad Request"))
            return nil
        }
        return request
    }

    private static func readHead(from connection: any Connection) async throws(ConnectionError) -> [UInt8]? {
        var head: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 1)
        defer { buffer.deallocate() }
        while head.count < WebRequest.limitBytes {
            guard let count = try await connection.readSome(into: buffer) else { return nil }
            let searched = max(0, head.count - 3)
            head += buffer[..<count]
            // A body, or a second request, is not read: the connection ends with the answer.
            if let range = head[searched...].firstRange(of: end) { return Array(head[..<range.lowerBound]) }
        }
        return nil
    }

    // MARK: The answer

    /// Sends the answer's head.
    ///
    /// - Returns: what is to follow it; nil for nothing.
    private func answer(_ request: WebRequest) async throws -> Transfer? {
        if sessionFaults.refusesLogin {
            try await refuse(WebAnswer(401, "Unauthorized"))
            return nil
        }
        if case .password(let user, let password) = context.settings.login,
            request.credentials != WebRequest.credentials(user: user, password: password)
        {
            try await refuse(WebAnswer(401, "Unauthorized", ["WWW-Authenticate: Basic realm=\"images\""]))
            return nil
        }
        context.counts.value.logins += 1
        guard request.method != .other else {
            try await refuse(WebAnswer(405, "Method Not Allowed", ["Allow: GET, HEAD"]))
            return nil
        }
        let faults = context.faults
        guard let path = ServerPath.root.resolving(request.path), let file = try? context.folder.openFile(path) else {
            try await refuse(WebAnswer(404, "Not Found"))
            return nil
        }
        let served = WebAnswer.serving(file, to: request, faults: faults)
        guard served.answer.status < 300 else {
            try await refuse(served.answer)
            return nil
        }
        try await connection.writeAll(served.answer.bytes)
        guard request.method == .get else {
            try await finish()
            return nil
        }
        return Transfer(
            source: .file(file, from: served.start, name: path.description), data: connection)
    }

    private func refuse(_ answer: WebAnswer) async throws {
        context.counts.value.refusedCommands += 1
        try await connection.writeAll(answer.bytes)
        try await finish()
    }

    /// Sees to it that all that was written is on its way.
    private func finish() async throws {
        try await link?.drain()
    }

    // MARK: The file

    private func carry(_ transfer: Transfer) async throws {
        let transfer = transfer.begun(in: context.conduct)
        defer { context.conduct.endTransfer() }
        guard case .file(_, _, let name) = transfer.source else { preconditionFailure("HTTP serves files alone") }
        context.counts.value.retrieves += 1
        context.counts.value.files[name, default: FileCounts()].retrieves += 1
        let isComplete = await withTaskGroup(of: Bool.self) { group in
            group.addTask(executorPreference: loop) { await self.sendAll(of: transfer, name: name) }
            group.addTask(executorPreference: loop) { await self.watchProgress() }
            defer { group.cancelAll() }
            return await group.next()!
        }
        guard isComplete else { return }
        context.counts.value.completedRetrieves += 1
        context.counts.value.files[name, default: FileCounts()].completedRetrieves += 1
    }

    /// - Returns: whether all was sent.
    private func sendAll(of transfer: Transfer, name: String) async -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Transfer.pieceBytes, alignment: 16)
        defer { buffer.deallocate() }
        var pieces = 0
        do {
            while let piece = try transfer.announcedPiece(after: sentBytes, into: buffer) {
                try await connection.writeAll(piece)
                sentBytes += piece.count
                context.counts.value.imageBytes += UInt64(piece.count)
                context.counts.value.files[name, default: FileCounts()].imageBytes += UInt64(piece.count)
                pieces += 1
                if pieces.isMultiple(of: Transfer.piecesPerTurn) { await loop.yield() }
                guard !Task.isCancelled else { return false }
            }
            context.conduct.announce(.phase(.end))
            try await finish()
            return true
        } catch TransferOutcome.stuck {
            // Until the client leaves: its going is what the next read tells.
            try? await connection.waitUntilReadable()
            return false
        } catch {
            return false
        }
    }

    /// - Returns: false, when the client has taken nothing for `transferStallTime`.
    private func watchProgress() async -> Bool {
        var seen = -1
        while sentBytes > seen {
            seen = sentBytes
            do { try await loop.sleep(for: context.settings.limits.transferStallTime) } catch { return false }
        }
        return false
    }
}
