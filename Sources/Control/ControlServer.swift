package import Runtime

/// What a control socket gives its operators; on the loop, and without waiting.
package protocol ControlHandler: Sendable {
    func status() -> ControlStatus
    /// - Throws: a sentence that says why not.
    func set(_ setting: String, to value: String) throws(ControlRefusal) -> ControlChange
}

/// Why a setting is not changed.
package struct ControlRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Answers operators on a running CE's loop: a line of JSON for a line of JSON.
package actor ControlServer {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let place: ControlPlace
    private let handler: any ControlHandler
    private let listener: LocalListener
    private var connectionCount = 0

    /// Listens from now on.
    ///
    /// - Throws: why not.
    package init(
        at place: ControlPlace, handler: any ControlHandler, loop: EventLoop
    ) throws(ControlPlace.Refusal) {
        self.place = place
        self.handler = handler
        self.loop = loop
        do {
            listener = try LocalNetwork(loop: loop).listen(at: place.path)
        } catch {
            throw ControlPlace.Refusal(description: "cannot listen at \(place.path): \(error)")
        }
    }

    /// Serves until the task is cancelled; then the socket goes.
    package func run() async {
        defer { listener.close() }
        await withDiscardingTaskGroup { tasks in
            while let connection = await nextConnection() {
                connectionCount += 1
                let isWelcome = connectionCount <= ControlLimits.connections
                tasks.addTask { await self.serve(connection, isWelcome: isWelcome) }
            }
        }
    }

    /// nil when the server ends.
    private func nextConnection() async -> (any Connection)? {
        while true {
            do throws(ConnectionError) {
                return try await listener.accept()
            } catch {
                guard case .lost = error else { return nil }
                do { try await loop.sleep(for: .milliseconds(100)) } catch { return nil }
            }
        }
    }

    private func serve(_ connection: any Connection, isWelcome: Bool) async {
        defer {
            connectionCount -= 1
            connection.close()
        }
        guard isWelcome else {
            let text = "\(ControlLimits.connections) others are connected; try again later"
            return _ = try? await connection.writeAll(ControlReply.refused(text).line + [Self.lineBreak])
        }
        // A peer that is silent, or does not read, is left.
        let reader = LineReader(limitBytes: ControlLimits.requestBytes, loop: loop)
        while await answerOne(connection, reader) {}
    }

    private static let lineBreak = UInt8(ascii: "\n")

    /// - Returns: whether the conversation goes on.
    private func answerOne(_ connection: any Connection, _ reader: LineReader) async -> Bool {
        let loop = loop
        do {
            let line = try await loop.withDeadline(ControlLimits.silence, "request") {
                try await reader.next(from: connection)
            }
            guard let line else { return false }
            try await loop.withDeadline(ControlLimits.silence, "reader of the reply") {
                try await self.answer(line, on: connection)
            }
            return true
        } catch is LineReader.TooLong {
            let text = "a request has at most \(ControlLimits.requestBytes) bytes"
            _ = try? await connection.writeAll(ControlReply.refused(text).line + [Self.lineBreak])
            return false
        } catch {
            return false
        }
    }

    private func answer(_ line: [UInt8], on connection: any Connection) async throws {
        let request: ControlRequest
        do throws(ControlRequest.Refusal) {
            request = try ControlRequest(line: line)
        } catch {
            return try await connection.writeAll(ControlReply.refused(error.description).line + [Self.lineBreak])
        }
        switch request {
        case .status: try await tell(handler.status(), on: connection)
        case .set(let name, let value):
            let reply: ControlReply
            do throws(ControlRefusal) {
                reply = .changed(try handler.set(name, to: value))
            } catch {
                reply = .refused(error.description)
            }
            try await connection.writeAll(reply.line + [Self.lineBreak])
        }
    }

    /// Writes the cards slice by slice, so that a large shelf takes no long turn of the loop.
    private func tell(_ status: ControlStatus, on connection: any Connection) async throws {
        var head = status
        head.cards = []
        let text = ControlReply.status(head).line
        let marker = Array("\"cards\":[".utf8)
        guard let cut = text.firstIndex(of: marker) else { preconditionFailure("a status has no cards") }
        try await connection.writeAll(Array(text[..<cut]))
        var start = 0
        while start < status.cards.count {
            let slice = status.cards[start..<min(start + ControlLimits.cardsPerSlice, status.cards.count)]
            let cards = JSONText.bytes(of: Array(slice))
            try await connection.writeAll((start > 0 ? Array(",".utf8) : []) + cards[1..<cards.count - 1])
            start = slice.endIndex
            await loop.yield()
        }
        try await connection.writeAll(text[cut...] + [Self.lineBreak])
    }
}

extension [UInt8] {
    /// The place behind the first occurrence of some bytes.
    fileprivate func firstIndex(of part: [UInt8]) -> Int? {
        guard count >= part.count else { return nil }
        return (0...count - part.count).first { self[$0..<$0 + part.count].elementsEqual(part) }.map { $0 + part.count }
    }
}
