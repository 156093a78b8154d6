import Faults
import Links
import Runtime

/// One client of the file server: its control connection, from the greeting to its end.
///
/// Owned by the server's task for this client, which runs `run` to its end; all state is touched on the loop.
actor FileSession {
    nonisolated let loop: any Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// What all sessions of a server share.
    struct Context: Sendable {
        let folder: ServedFolder
        let settings: FileServerSettings
        let network: any Network
        let counts: LoopBound<FileServerCounts>
        let downstream: LoopBound<LinkDirection>
        let conduct: ServerConduct
        let conditions: LinkConditions?

        /// What is wrong with the next transfer.
        var faults: FileServerFaults { conduct.faultsOfNextTransfer }
    }

    let control: any Connection
    let context: Context
    private var lines = CommandLines()
    /// A line that came during a transfer and is carried out after it.
    private var pending: CommandLines.Item?
    private var user: String?
    private var isLoggedIn = false
    private var failedLogins = 0
    private let sessionFaults: FileServerFaults
    private var currentFolder = ServerPath.root
    private var type = Command.TransferType.ascii
    private var restartOffset: UInt64 = 0
    private var dataListener: (any Listener)?
    private var isExtendedOnly = false
    /// Bytes that the transfer under way has handed to its data connection.
    var transferredBytes = 0

    init(_ control: any Connection, _ context: Context, faults: FileServerFaults, loop: any Loop) {
        self.control = control
        self.context = context
        sessionFaults = faults
        self.loop = loop
    }

    private var limits: FileServerLimits { context.settings.limits }

    /// Talks to the client until it leaves, is silent for too long, or the task is cancelled; then closes the connection.
    func run() async {
        do {
            try await send(Reply(220, "File server of an emulated shelf"))
            while let item = try await nextItem() {
                guard try await carryOut(item) else { break }
            }
        } catch is DeadlinePassed {
            try? await send(Reply(421, "No command within \(limits.idleTime): goodbye"))
        } catch {
            // The client is gone, or the server ends: nobody is left to be told.
        }
        dataListener?.close()
        control.close()
    }

    // MARK: Control connection

    func send(_ reply: Reply) async throws {
        if reply.isRefusal { context.counts.value.refusedCommands += 1 }
        let bytes = reply.bytes
        let written = try bytes.withUnsafeBytes { try control.write($0, .empty) }
        guard written < bytes.count else { return }
        let rest = Array(bytes[written...])
        try await loop.withDeadline(limits.idleTime, "reply taken by the client") { [control] in
            try await control.writeAll(rest)
        }
    }

    /// Waits for the next line; nil when the client has ended the connection.
    private func nextItem() async throws -> CommandLines.Item? {
        if let item = pending {
            pending = nil
            return item
        }
        while true {
            if let item = lines.nextItem() { return item }
            switch try takeFromControl() {
            case .bytes: continue
            case .end: return nil
            case .nothingYet:
                try await loop.withDeadline(limits.idleTime, "command") { [control] in
                    try await control.waitUntilReadable()
                }
            }
        }
    }

    private func takeFromControl() throws(ConnectionError) -> ReadResult {
        let outcome = withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
            Result { () throws(ConnectionError) -> ReadResult in
                let result = try control.read(into: buffer)
                if case .bytes(let count) = result { lines.append(buffer[..<count]) }
                return result
            }
        }
        return try outcome.get()
    }

    /// Reads on while a transfer is under way, until a command comes. ABOR ends the transfer (RFC 959, section 4.1.3); any
    /// other command waits for its end.
    ///
    /// - Returns: nil when the transfer may go on.
    func watchControl() async -> TransferOutcome? {
        do throws(ConnectionError) {
            while pending == nil {
                if let item = lines.nextItem() {
                    if case .line(let line) = item, Command(line: line) == .abort { return .aborted }
                    pending = item
                } else {
                    switch try takeFromControl() {
                    case .bytes: continue
                    case .end: return .controlLost
                    case .nothingYet: try await control.waitUntilReadable()
                    }
                }
            }
            return nil
        } catch {
            return error == .cancelled ? nil : .controlLost
        }
    }

    // MARK: Commands

    /// - Returns: false when the session is over.
    private func carryOut(_ item: CommandLines.Item) async throws -> Bool {
        guard case .line(let line) = item else {
            try await send(Reply(500, "A command has at most \(CommandLines.lineLimitBytes) bytes"))
            return true
        }
        let command = Command(line: line)
        if command == .quit {
            try await send(Reply(221, "Goodbye"))
            return false
        }
        if let reply = replyWithoutLogin(command) {
            try await send(reply)
            return failedLogins < limits.loginAttempts
        }
        guard isLoggedIn else {
            try await send(Reply(530, "Log in first, with USER and PASS"))
            return true
        }
        switch command {
        case .retrieve(let path): return try await retrieve(path)
        case .list(let path, let isLong): return try await list(path, isLong: isLong)
        default: try await send(reply(to: command))
        }
        return true
    }

    /// The answer to a command that needs no login; nil for one that does.
    private func replyWithoutLogin(_ command: Command) -> Reply? {
        switch command {
        case .user(let name):
            user = name
            isLoggedIn = false
            return Reply(331, "Now the password, with PASS")
        case .pass(let password): return logIn(password)
        case .systemType: return Reply(215, "UNIX Type: L8")
        case .features:
            let features = ["EPSV", "MDTM", "REST STREAM", "SIZE", "UTF8"]
            return Reply(211, first: "Features:", between: features, last: "End")
        case .agreed, .nothing: return Reply(200, "OK")
        case .refused(let refusal): return reply(to: refusal)
        default: return nil
        }
    }

    private func logIn(_ password: String) -> Reply {
        guard let user else { return Reply(503, "First the user, with USER") }
        let isRight =
            switch context.settings.login {
            case .anonymous: ["anonymous", "ftp"].contains(user.lowercased())
            case .password(user, password): true
            case .password: false
            }
        self.user = nil
        guard isRight, !sessionFaults.refusesLogin else {
            failedLogins += 1
            return Reply(530, "User or password is wrong")
        }
        isLoggedIn = true
        context.counts.value.logins += 1
        return Reply(230, "Logged in")
    }

    private func reply(to refusal: Command.Refusal) -> Reply {
        switch refusal {
        case .notACommand: Reply(500, "Not a command")
        case .argument: Reply(501, "The argument is missing or is not one for this command")
        case .unknown: Reply(502, "The simulated server does not have this command")
        case .parameter: Reply(504, "Not with this argument: TYPE is A or I, MODE is S, STRU is F")
        }
    }

    /// The answer to a command of a client that is logged in and that moves no data.
    private func reply(to command: Command) -> Reply {
        switch command {
        case .printFolder:
            return Reply(257, "\"\(currentFolder.description.replacing("\"", with: "\"\""))\" is the current folder")
        case .changeFolder(let path): return changeFolder(path)
        case .type(let type):
            self.type = type
            return Reply(200, "Type is \(type == .image ? "I" : "A")")
        case .extendedPassive(let argument): return enterExtendedPassive(argument)
        case .passive: return enterPassive()
        case .size(let path):
            // The size of a text depends on line ends (RFC 3659, section 4); only bytes are served.
            guard type == .image else { return Reply(550, "SIZE is known in TYPE I only") }
            guard !context.faults.hidesSize else { return reply(to: .unknown) }
            return withFile(path) { Reply(213, "\(context.faults.announcedBytes ?? $0.byteCount)") }
        case .modificationTime(let path):
            guard !context.faults.hidesTime else { return reply(to: .unknown) }
            let isOther = context.faults.hasOtherImage
            return withFile(path) { Reply(213, isOther ? ModificationTime.ofOtherImage : $0.modified.digits) }
        case .restart(let offset): return restart(at: offset)
        case .abort: return Reply(226, "No transfer is under way")
        case .write: return Reply(550, "The simulated server is read-only")
        default: preconditionFailure("\(command) is answered elsewhere")
        }
    }

    private func restart(at offset: UInt64) -> Reply {
        switch context.faults.restart {
        case .refused: return reply(to: .unknown)
        case .obeyed: restartOffset = offset
        case .ignored, .lied: restartOffset = 0
        }
        return Reply(350, "RETR will begin at \(offset)")
    }

    private func changeFolder(_ argument: [UInt8]) -> Reply {
        guard let path = currentFolder.resolving(argument) else { return Self.outside }
        do throws(SystemError) {
            try context.folder.checkFolder(path)
            currentFolder = path
            return Reply(250, "\(path) is the current folder")
        } catch {
            return Reply(550, "\(path): \(error)")
        }
    }

    private static let outside = Reply(
        550, "A path has no .., and no name of more than \(ServerPath.nameLimitBytes) bytes")

    private func withFile(_ argument: [UInt8], _ reply: (ServedFile) -> Reply) -> Reply {
        guard let path = currentFolder.resolving(argument) else { return Self.outside }
        do throws(SystemError) {
            return reply(try context.folder.openFile(path))
        } catch {
            return Reply(550, "\(path): \(error)")
        }
    }

    // MARK: Passive mode

    private func enterExtendedPassive(_ argument: Command.ExtendedPassive) -> Reply {
        guard !context.faults.hasForeignPassiveAddress else { return reply(to: .unknown) }
        let isVersion6 = control.localEndpoint.host.contains(":")
        switch argument {
        case .only:
            isExtendedOnly = true
            return Reply(200, "EPSV only from now on")
        case .version4 where isVersion6: return Reply(522, "Network protocol not supported, use (2)")
        case .version6 where !isVersion6: return Reply(522, "Network protocol not supported, use (1)")
        default: return listenForData { Reply(229, "Entering Extended Passive Mode (|||\($0.port)|)") }
        }
    }

    private func enterPassive() -> Reply {
        guard !isExtendedOnly else { return Reply(503, "EPSV ALL was agreed") }
        guard !control.localEndpoint.host.contains(":") else { return Reply(425, "PASV has no IPv6 address: use EPSV") }
        return listenForData { endpoint in
            // 192.0.2.1 is nobody's address (RFC 5737).
            let host = context.faults.hasForeignPassiveAddress ? "192.0.2.1" : endpoint.host
            let numbers =
                host.split(separator: ".").map { String($0) } + ["\(endpoint.port >> 8)", "\(endpoint.port & 0xFF)"]
            return Reply(227, "Entering Passive Mode (\(numbers.joined(separator: ",")))")
        }
    }

    /// Listens for one data connection, on the address by which the client reached the server, in place of a listener that
    /// was made before.
    private func listenForData(_ reply: (Endpoint) -> Reply) -> Reply {
        dataListener?.close()
        dataListener = nil
        do throws(ConnectionError) {
            // No dead-peer limit: a client may pause for longer (`transferStallTime` bounds it).
            let options = SocketOptions(sendBufferBytes: Transfer.sendBufferBytes, deadPeerTimeout: nil)
            let endpoint = Endpoint(host: control.localEndpoint.host, port: 0)
            let listener = try context.network.listen(on: endpoint, options: options)
            dataListener = listener
            return reply(listener.endpoint)
        } catch {
            return Reply(425, "\(error)")
        }
    }

    // MARK: Transfers

    private func retrieve(_ argument: [UInt8]) async throws -> Bool {
        let offset = takeRestartOffset()
        guard type == .image else {
            try await send(Reply(550, "Files are served in TYPE I only"))
            return true
        }
        guard let path = currentFolder.resolving(argument) else {
            try await send(Self.outside)
            return true
        }
        let file: ServedFile
        do throws(SystemError) {
            file = try context.folder.openFile(path)
        } catch {
            try await send(Reply(550, "\(path): \(error)"))
            return true
        }
        guard offset <= file.byteCount else {
            try await send(Reply(554, "\(path) has \(file.byteCount) bytes: REST \(offset) is beyond its end"))
            return true
        }
        return try await transfer(.file(file, from: offset, name: path.description))
    }

    private func list(_ argument: [UInt8]?, isLong: Bool) async throws -> Bool {
        _ = takeRestartOffset()
        guard let path = argument.map({ currentFolder.resolving($0) }) ?? currentFolder else {
            try await send(Self.outside)
            return true
        }
        let listing: [UInt8]
        do throws(SystemError) {
            listing = try context.folder.entries(path).flatMap { (isLong ? $0.longLine : $0.name) + Array("\r\n".utf8) }
        } catch {
            try await send(Reply(550, "\(path): \(error)"))
            return true
        }
        return try await transfer(.listing(listing))
    }

    /// REST holds for the next transfer alone (RFC 3659, section 5.3).
    private func takeRestartOffset() -> UInt64 {
        defer { restartOffset = 0 }
        return restartOffset
    }

    /// - Returns: false when the session is over.
    private func transfer(_ source: Transfer.Source) async throws -> Bool {
        guard let listener = dataListener else {
            try await send(Reply(425, "First a data connection, with EPSV or PASV"))
            return true
        }
        dataListener = nil
        defer { listener.close() }
        let data: any Connection
        do {
            data = try await acceptData(listener)
        } catch let error as DeadlinePassed {
            try await send(Reply(425, "\(error)"))
            return true
        }
        return try await carry(Transfer(source: source, data: data))
    }

    /// Waits for the data connection; one from another host than the client's is closed (RFC 2577, section 3).
    private func acceptData(_ listener: any Listener) async throws -> any Connection {
        let client = control.remoteEndpoint.host
        return try await loop.withDeadline(limits.dataConnectionWait, "data connection") {
            while true {
                let accepted = try await listener.accept()
                if accepted.remoteEndpoint.host == client { return accepted }
                accepted.close()
            }
        }
    }
}
