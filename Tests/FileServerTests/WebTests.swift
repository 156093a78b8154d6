import FileServer
import Runtime
import Testing

/// The server when it speaks HTTP/1.1: requests as text, answers as bytes.
@Suite struct WebTests {
    /// Sends `request` and reads until the server ends the connection.
    private func ask(
        _ request: String, _ kind: LoopKind = .virtual, _ change: (inout FileServerSettings) -> Void = { _ in }
    ) throws -> (head: [String], body: [UInt8], counts: FileServerCounts) {
        var settings = FileServerSettings(language: .http)
        change(&settings)
        let (bytes, counts) = try Shelf.run(kind, settings) { shelf in
            let connection = try await shelf.network.connect(to: shelf.endpoint, options: SocketOptions())
            try await connection.writeAll(Array(request.replacing("\n", with: "\r\n").utf8))
            let bytes = try await readAll(connection)
            // The session counts after its last write; it has then closed.
            await shelf.loop.yield()
            return (bytes, shelf.server.counts)
        }
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return ([], bytes, counts) }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).replacing("\r\n", with: "\n")
        return (head.split(separator: "\n").map(String.init), Array(bytes[end.upperBound...]), counts)
    }

    private static let image = Folder().image

    @Test(arguments: LoopKind.allCases) func aFileComesWhole(kind: LoopKind) throws {
        let answer = try ask("GET /image.bin HTTP/1.1\nHost: x\n\n", kind)
        #expect(answer.head.first == "HTTP/1.1 200 OK")
        #expect(answer.head.contains("Content-Length: 300000"))
        #expect(answer.body == Self.image)
        #expect(answer.counts.retrieves == 1)
        #expect(answer.counts.imageBytes == 300_000)
    }

    @Test func aRangeComesFromItsFirstByte() throws {
        let answer = try ask("GET /image.bin HTTP/1.1\nRange: bytes=299990-\n\n")
        #expect(answer.head.first == "HTTP/1.1 206 Partial Content")
        #expect(answer.head.contains("Content-Range: bytes 299990-299999/300000"))
        #expect(answer.body == Array(Self.image[299_990...]))
    }

    @Test func anotherTagMeansTheWholeFile() throws {
        let answer = try ask("GET /image.bin HTTP/1.1\nRange: bytes=299990-\nIf-Range: \"other\"\n\n")
        #expect(answer.head.first == "HTTP/1.1 200 OK")
        #expect(answer.body.count == 300_000)
        let tag = answer.head.first { $0.hasPrefix("ETag: ") }?.dropFirst(6) ?? ""
        let same = try ask("GET /image.bin HTTP/1.1\nRange: bytes=299990-\nIf-Range: \(tag)\n\n")
        #expect(same.body.count == 10)
    }

    @Test(arguments: [
        ("GET /nope HTTP/1.1\n\n", 404), ("GET /../secret HTTP/1.1\n\n", 404), ("GET /link HTTP/1.1\n\n", 404),
        ("GET /sub HTTP/1.1\n\n", 404), ("PUT /x HTTP/1.1\n\n", 405), ("nonsense\n\n", 400),
        ("GET /a%2 HTTP/1.1\n\n", 400), ("GET /x HTTP/2\n\n", 400), ("GET /x HTTP/1.1\nno colon\n\n", 400),
        ("GET /image.bin HTTP/1.1\nRange: bytes=300000-\n\n", 416),
        ("GET /" + String(repeating: "x", count: 9000) + " HTTP/1.1\n\n", 400),
    ]) func whatIsNotServedIsRefused(request: String, status: Int) throws {
        let answer = try ask(request)
        #expect(answer.head.first?.hasPrefix("HTTP/1.1 \(status) ") == true)
        #expect(answer.body.isEmpty)
        #expect(answer.counts.refusedCommands == 1)
    }

    @Test func onlyWhoMayIsServed() throws {
        #expect(WebRequest.credentials(user: "Aladdin", password: "open sesame") == "QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        let protect: (inout FileServerSettings) -> Void = { $0.login = .password(user: "u", password: "pw") }
        let request = "GET /sub/small.txt HTTP/1.1\n"
        #expect(try ask(request + "\n", .virtual, protect).head.first == "HTTP/1.1 401 Unauthorized")
        let right = "Authorization: Basic \(WebRequest.credentials(user: "u", password: "pw"))\n\n"
        #expect(try ask(request + right, .virtual, protect).body == Array("hello".utf8))
    }

    @Test func aHeadHasNoBody() throws {
        let answer = try ask("HEAD /image.bin HTTP/1.1\n\n")
        #expect(answer.head.contains("Content-Length: 300000"))
        #expect(answer.body.isEmpty)
    }
}
