import Control
import Glibc
import Runtime
import Testing

/// A CE and its operators on one real loop, over a real socket.
@Suite struct ControlSocketTests {
    /// Runs a server at a place of its own, and `body` beside it.
    private func serve<Result: Sendable>(
        _ handler: FakeHandler = FakeHandler(),
        _ body: @escaping @Sendable (String, EventLoop) async throws -> Result
    ) throws -> Result {
        let folder = PrivateFolder()
        let path = "\(folder.path)/ce.sock"
        let place = try ControlPlace(path)
        let loop = EventLoop()
        return try loop.run { () async -> Swift.Result<Result, any Error> in
            do {
                let server = try ControlServer(at: place, handler: handler, loop: loop)
                return .success(
                    try await loop.withDeadline(.seconds(60), "end of the test") {
                        try await withThrowingTaskGroup(of: Void.self) { tasks in
                            tasks.addTask { await server.run() }
                            defer { tasks.cancelAll() }
                            return try await body(path, loop)
                        }
                    })
            } catch {
                return .failure(error)
            }
        }.result.get()
    }

    /// - Returns: the lines that come for what is sent.
    private static func raw(_ text: String, lines: Int, at path: String, _ loop: EventLoop) async throws -> [String] {
        let connection = try LocalNetwork(loop: loop).connect(to: path)
        defer { connection.close() }
        try await connection.writeAll(Array(text.utf8))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        var bytes: [UInt8] = []
        while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < lines,
            let count = try await connection.readSome(into: buffer)
        {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func aStatusIsTheHandlersOwn() throws {
        let status = FakeHandler.status(cardCount: 300)
        let reply = try serve(FakeHandler(status: status)) { path, loop in
            try await ControlClient(path: path).ask(.status, on: loop)
        }
        #expect(reply == .status(status))
    }

    @Test(arguments: [0, 1, 64, 65, 128]) func anyNumberOfCardsIsTold(count: Int) throws {
        let status = FakeHandler.status(cardCount: count)
        let reply = try serve(FakeHandler(status: status)) { path, loop in
            try await ControlClient(path: path).ask(.status, on: loop)
        }
        #expect(reply == .status(status))
    }

    @Test func aSettingIsChangedOrRefusedWithASentence() throws {
        let (good, bad) = try serve { path, loop in
            let client = ControlClient(path: path)
            return (
                try await client.ask(.set(name: "memory", value: "1MiB"), on: loop),
                try await client.ask(.set(name: "memroy", value: "\"\\\u{1F600}"), on: loop)
            )
        }
        #expect(good == .changed(ControlChange(setting: "memory", before: "512KiB", now: "1MiB")))
        #expect(bad == .refused("memroy is not \"\\\u{1F600}"))
    }

    @Test func aConnectionMayAskAgainAndAgain() throws {
        let lines = try serve { path, loop in
            try await Self.raw(
                "nonsense\n{\"do\":\"dance\"}\n{\"do\":\"set\"}\n{\"do\":\"set\",\"setting\":\"memory\",\"value\":\"1MiB\",\"x\":1}\n",
                lines: 4, at: path, loop)
        }
        #expect(
            lines == [
                #"{"error":"a request is one line of JSON such as {\"do\": \"status\"}","ok":false}"#,
                #"{"error":"a request does status or set","ok":false}"#,
                #"{"error":"set needs setting and value, such as {\"do\": \"set\", \"setting\": \"memory\", \"value\": \"1MiB\"}","ok":false}"#,
                #"{"change":{"before":"512KiB","now":"1MiB","setting":"memory"},"ok":true}"#,
            ])
    }

    @Test func aRequestWithoutEndIsRefused() throws {
        let lines = try serve { path, loop in
            try await Self.raw(
                String(repeating: "x", count: ControlLimits.requestBytes + 1), lines: 1, at: path, loop)
        }
        #expect(lines == [#"{"error":"a request has at most 4096 bytes","ok":false}"#])
    }

    @Test func oneTooManyIsToldSo() throws {
        let (line, afterwards) = try serve { path, loop in
            var connections: [any Connection] = []
            for _ in 0..<ControlLimits.connections {
                let connection = try LocalNetwork(loop: loop).connect(to: path)
                connections.append(connection)
                try await connection.writeAll(Array("{\"do\":\"dance\"}\n".utf8))
                try await connection.waitUntilReadable()
            }
            let line = try await Self.raw("", lines: 1, at: path, loop)
            for connection in connections { connection.close() }
            // The places are free again as soon as the server has seen it.
            while true {
                if case .status(let status) = try await ControlClient(path: path).ask(.status, on: loop) {
                    return (line, status)
                }
            }
        }
        #expect(line == [#"{"error":"8 others are connected; try again later","ok":false}"#])
        #expect(afterwards.version == "test")
    }

    @Test func whereNobodyListensAClientSaysSo() throws {
        let folder = PrivateFolder()
        let path = "\(folder.path)/ce.sock"
        let loop = EventLoop()
        let failure = try loop.run { () async -> String in
            do {
                _ = try await ControlClient(path: path).ask(.status, on: loop)
                return ""
            } catch {
                return "\(error)"
            }
        }.result
        #expect(
            failure
                == "no ce runs here (control socket \(path)); give --control PATH where it was started with one")
    }

    /// With the server its socket goes.
    @Test func theSocketGoesWithItsServer() throws {
        let path = try serve { path, _ in
            #expect(access(path, F_OK) == 0)
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            return path
        }
        #expect(access(path, F_OK) != 0)
    }
}
