import FileServer
import Glibc
import Links
import Runtime
import Testing

/// A socket of 127.0.0.1's port, seen from another local address; blocking.
private func connect(from host: String, to port: UInt16) -> CInt {
    func address(_ host: String, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (from, to) = (address(host, 0), address("127.0.0.1", port))
    let outcome = withUnsafePointer(to: from) { from in
        withUnsafePointer(to: to) { to in
            from.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
                + to.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
        }
    }
    precondition(outcome == 0, "127.0.0.0/8 is no loopback here")
    return descriptor
}

@Suite struct TransferTests {
    private static let smallBuffers = SocketOptions(receiveBufferBytes: 16 << 10)

    /// Begins a transfer that cannot end: the client reads one buffer and no more.
    private static func begin(_ client: FTPClient) async throws -> any Connection {
        let data = try await client.dataConnection(options: smallBuffers)
        #expect(try await client.askCode("RETR image.bin") == 150)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
        defer { buffer.deallocate() }
        _ = try await data.readSome(into: buffer)
        return data
    }

    private static let large = 8 << 20

    /// Also with the Telnet interrupt and synch that RFC 959 has before it.
    @Test(arguments: LoopKind.allCases, [[], [255, 244, 255, 242]] as [[UInt8]])
    func anAbortLeavesTheSessionServing(kind: LoopKind, controls: [UInt8]) throws {
        try Shelf.run(kind, folder: Folder(imageBytes: Self.large)) { shelf in
            let client = try await shelf.loggedIn()
            let data = try await Self.begin(client)
            try await client.control.writeAll(controls + Array("ABOR\r\n".utf8))
            #expect(try await client.code() == 426)
            #expect(try await client.code() == 226)
            data.close()
            let counts = shelf.server.counts
            #expect(counts.retrieves == 1 && counts.completedRetrieves == 0)
            #expect(counts.imageBytes < UInt64(Self.large))
            #expect(try await client.fetch("RETR image.bin").bytes == shelf.folder.image)
        }
    }

    @Test(arguments: LoopKind.allCases) func aClosedDataConnectionLeavesTheSessionServing(kind: LoopKind) throws {
        try Shelf.run(kind, folder: Folder(imageBytes: Self.large)) { shelf in
            let client = try await shelf.loggedIn()
            try await Self.begin(client).close()
            #expect(try await client.code() == 426)
            #expect(try await client.fetch("RETR image.bin").bytes == shelf.folder.image)
            #expect(shelf.server.counts.completedRetrieves == 1)
        }
    }

    @Test(arguments: LoopKind.allCases) func aClientThatGoesAwayLeavesTheServerServing(kind: LoopKind) throws {
        try Shelf.run(kind, folder: Folder(imageBytes: Self.large)) { shelf in
            let gone = try await shelf.loggedIn()
            let data = try await Self.begin(gone)
            gone.control.close()
            // The transfer ends with its session: the data connection ends after what was under way.
            #expect(try await readAll(data).count < Self.large)
            let other = try await shelf.loggedIn()
            #expect(try await other.fetch("RETR image.bin").bytes == shelf.folder.image)
        }
    }

    @Test(arguments: LoopKind.allCases) func aClientThatStopsReadingStopsTheServerSoon(kind: LoopKind) throws {
        try Shelf.run(kind, folder: Folder(imageBytes: Self.large)) { shelf in
            let client = try await shelf.loggedIn()
            let data = try await Self.begin(client)
            // A round trip on the control connection after each look: the server has had its turn.
            var sent: [UInt64] = []
            for _ in 0..<5 {
                let other = try await shelf.loggedIn()
                other.control.close()
                sent.append(shelf.server.counts.imageBytes)
            }
            #expect(sent.last! <= 512 << 10)
            #expect(sent[3] == sent[4])
            data.close()
        }
    }

    @Test func commandsThatComeDuringATransferAreAnsweredAfterIt() throws {
        try Shelf.run(.virtual, folder: Folder(imageBytes: Self.large)) { shelf in
            let client = try await shelf.loggedIn()
            let data = try await Self.begin(client)
            try await client.send("NOOP\r\nPWD\r\nQUIT\r\n")
            _ = try await readAll(data)
            var codes: [Int] = []
            for _ in 0..<5 { codes.append(try await client.code()) }
            #expect(codes == [226, 200, 257, 221, 0])
        }
    }

    @Test func aFileThatShrinksEndsTheTransferWithTheOffset() throws {
        try Shelf.run(.virtual, folder: Folder(imageBytes: Self.large)) { shelf in
            let client = try await shelf.loggedIn()
            let data = try await Self.begin(client)
            truncate(shelf.folder.path + "/image.bin", 4 << 20)
            let bytes = try await readAll(data)
            #expect(bytes.count + 1000 == 4 << 20)
            #expect(try await client.reply()?.contains("ends at \(4 << 20)") == true)
            #expect(shelf.server.counts.completedRetrieves == 0)
        }
    }

    @Test func silenceHasItsLimits() throws {
        try Shelf.run(.virtual, folder: Folder(imageBytes: Self.large)) { shelf in
            let idle = try await shelf.client()
            #expect(try await idle.code() == 421)
            #expect(try await idle.reply() == nil)
            #expect(shelf.loop.now.sinceStart == FileServerLimits().idleTime)

            let client = try await shelf.loggedIn()
            _ = try await client.ask("EPSV")
            let asked = shelf.loop.now
            #expect(try await client.askCode("RETR image.bin") == 425)
            #expect(asked.duration(to: shelf.loop.now) == FileServerLimits().dataConnectionWait)

            let data = try await Self.begin(client)
            #expect(try await client.code() == 426)
            data.close()
            #expect(try await client.askCode("NOOP") == 200)
        }
    }

    /// A stranger who connects first, from another address of this machine, gets nothing (RFC 2577, section 3).
    @Test func onlyTheClientsAddressMayTakeTheData() throws {
        try Shelf.run(.real, folder: Folder(imageBytes: 1000)) { shelf in
            let client = try await shelf.loggedIn()
            let port = try await client.dataPort()
            let stranger = connect(from: "127.0.0.2", to: port)
            defer { close(stranger) }
            let data = try await shelf.network.connect(to: .loopback(port: port), options: SocketOptions())
            #expect(try await client.askCode("RETR image.bin") == 150)
            #expect(try await readAll(data) == shelf.folder.image)
            #expect(try await client.code() == 226)
            var byte: UInt8 = 0
            #expect(recv(stranger, &byte, 1, 0) == 0)
        }
    }

    @Test func sessionsAreLimited() throws {
        var settings = FileServerSettings()
        settings.limits.sessions = 2
        try Shelf.run(.virtual, settings) { shelf in
            let first = try await shelf.client()
            _ = try await shelf.client()
            let refused = try await shelf.network.connect(to: shelf.endpoint, options: SocketOptions())
            #expect(String(decoding: try await readAll(refused), as: UTF8.self).hasPrefix("421 2 sessions"))
            _ = try await first.ask("QUIT")
            #expect(try await first.reply() == nil)
            let third = try await shelf.loggedIn()
            #expect(try await third.askCode("NOOP") == 200)
            #expect(shelf.server.counts.sessions == 3)
        }
    }

    @Test(arguments: LoopKind.allCases) func endingTheServerEndsItsSessions(kind: LoopKind) throws {
        let client = try Shelf.run(kind, folder: Folder(imageBytes: Self.large)) { shelf in
            let client = try await shelf.loggedIn()
            // Left open, in the middle of a transfer: `Shelf.run` returns only when the server has ended all the same.
            _ = try await Self.begin(client)
            return client
        }
        withExtendedLifetime(client) {}
    }

    // MARK: Rate and latency

    private static let mebibyte = 1 << 20

    @Test(arguments: [0, 20]) func theLinkHasItsRateAndLatency(latencyMilliseconds: Int) throws {
        let latency = Duration.milliseconds(latencyMilliseconds)
        let link = LinkSettings(bitsPerSecond: 8_000_000, latency: latency)
        try Shelf.run(.virtual, FileServerSettings(link: link), folder: Folder(imageBytes: Self.mebibyte)) { shelf in
            let client = try await shelf.client()
            // What libcurl sends (`downloadRoundTrips`): USER, PASS, PWD, EPSV, TYPE, MDTM, SIZE, RETR.
            for command in ["USER ftp", "PASS x", "PWD"] { _ = try await client.ask(command) }
            let data = try await client.dataConnection()
            for command in ["TYPE I", "MDTM image.bin", "SIZE image.bin", "RETR image.bin"] {
                _ = try await client.ask(command)
            }
            let begun = shelf.loop.now
            let latencies = Duration.nanoseconds(latency.wholeNanoseconds * Int64(FileServer.latenciesToFirstByte))
            #expect(begun.sinceStart == latencies)
            #expect(try await readAll(data) == shelf.folder.image)
            #expect(begun.duration(to: shelf.loop.now) == .microseconds(Self.mebibyte))
            #expect(try await client.code() == 226)
            #expect(begun.duration(to: shelf.loop.now) == .microseconds(Self.mebibyte) + latency)
            #expect(shelf.server.counts.imageBytes == UInt64(Self.mebibyte))
        }
    }

    @Test func twoClientsShareTheRate() throws {
        let link = LinkSettings(bitsPerSecond: 8_000_000)
        let ends = try Shelf.run(.virtual, FileServerSettings(link: link), folder: Folder(imageBytes: Self.mebibyte)) {
            shelf in
            try await withThrowingTaskGroup(of: Duration.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let client = try await shelf.loggedIn()
                        #expect(try await client.fetch("RETR image.bin").bytes == shelf.folder.image)
                        return shelf.loop.now.sinceStart
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.sorted()
            }
        }
        #expect(ends[1] == .microseconds(2 * Self.mebibyte))
        #expect(ends[0] >= .microseconds(2 * Self.mebibyte - LinkDirection(link).capacityBytes))
    }

    @Test func theSameSeedGivesTheSameTrace() throws {
        func trace() throws -> TraceHash {
            let folder = Folder()
            let loop = VirtualTimeLoop(seed: 9)
            try loop.run {
                let network = VirtualNetwork(loop: loop)
                let settings = FileServerSettings(
                    link: LinkSettings(bitsPerSecond: 80_000_000, latency: .milliseconds(3)))
                let server = FileServer(root: folder.path, settings: settings, network: network, loop: loop)
                let endpoint = try? await server.start()
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await server.serve() }
                    let shelf = Shelf(server: server, endpoint: endpoint!, network: network, loop: loop, folder: folder)
                    _ = try? await shelf.loggedIn().fetch("RETR image.bin")
                    group.cancelAll()
                }
            }
            return loop.trace
        }
        #expect(try trace() == trace())
    }
}
