package import Runtime

/// Answers who asks for figures over HTTP, as Prometheus does: `GET /metrics`.
///
/// Owned by the task that runs it; its connections are that task's children.
package struct MetricsServer: Sendable {
    /// A scraper, perhaps two; and a person with curl.
    private static let mostConnections = 8
    /// A request's line and fields.
    private static let requestBytes = 8 << 10
    /// A scraper asks at once.
    private static let patience: Duration = .seconds(5)

    private let listener: any Listener
    private let loop: any Loop
    private let text: @Sendable () -> String

    /// - Parameter text: the figures as they are now; called on the loop.
    /// - Throws: an address that cannot be listened on.
    package init(
        on endpoint: Endpoint, network: any Network, loop: any Loop, text: @escaping @Sendable () -> String
    ) throws(ConnectionError) {
        listener = try network.listen(on: endpoint, options: SocketOptions())
        self.loop = loop
        self.text = text
    }

    /// Where it listens, with the port that was chosen.
    package var endpoint: Endpoint { listener.endpoint }

    /// Serves until the task is cancelled.
    package func run() async {
        defer { listener.close() }
        await withDiscardingTaskGroup { tasks in
            let open = LoopBound(0, on: loop)
            while let connection = try? await listener.accept() {
                guard open.value < Self.mostConnections else {
                    connection.close()
                    continue
                }
                open.value += 1
                tasks.addTask {
                    defer {
                        connection.close()
                        open.value -= 1
                    }
                    try? await self.loop.withDeadline(Self.patience, "request for figures") {
                        try await self.answer(connection)
                    }
                }
            }
        }
    }

    /// One request for each connection.
    private func answer(_ connection: any Connection) async throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.requestBytes, alignment: 1)
        defer { buffer.deallocate() }
        var count = 0
        while !Self.isWhole(buffer[..<count]) {
            guard count < buffer.count,
                let more = try await connection.readSome(
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            else { return }
            count += more
        }
        let words = String(decoding: buffer[..<count].prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
            .split(separator: " ")
        try await connection.writeAll(Array(answer(to: words).utf8))
        connection.finishWriting()
    }

    private func answer(to words: [Substring]) -> String {
        guard words.count == 3, words[0] == "GET" else { return Self.response("405 Method Not Allowed", "only GET\n") }
        guard words[1] == "/metrics" || words[1] == "/" else { return Self.response("404 Not Found", "see /metrics\n") }
        return Self.response("200 OK", text())
    }

    private static func isWhole(_ bytes: Slice<UnsafeMutableRawBufferPointer>) -> Bool {
        bytes.suffix(4).elementsEqual([13, 10, 13, 10])
    }

    private static func response(_ status: String, _ body: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }
}
