import Foundation
import Reports

/// HTTP: heads and bodies that are not what they say.
enum HTTPModes {
    private static let half = HostileBench.imageBytes / 2

    /// With another head: everything up to the empty line.
    private static func head(_ head: String, end: Int = .max) -> HTTPConduct.Answer {
        { image, offset in [.text(head + "\r\n\r\n"), .bytes(Array(image.dropFirst(offset).prefix(end)))] }
    }

    private static let length = "Content-Length: \(HostileBench.imageBytes)"

    static let harmless: [HostileMode] = [
        .http("as it should be", .success), .http("torn, 7 bytes at a time at first", .success, pieceBytes: 4001),
        .http("the head is late", .success) { image, offset in
            [.pause(milliseconds: 300)] + HTTPConduct.good(image, offset)
        },
        .http("100 Continue first", .success) { image, offset in
            [.text("HTTP/1.1 100 Continue\r\n\r\n")] + HTTPConduct.good(image, offset)
        },
        .http(
            "a head that is not ASCII", .success, head("HTTP/1.1 200 Très bien\r\nX-Note: \u{1B}[2J\u{7}é\r\n\(length)")
        ),
        .http("no Content-Length", .success, head("HTTP/1.1 200 OK\r\nConnection: close")),
        .http("the same Content-Length twice", .success, head("HTTP/1.1 200 OK\r\n\(length)\r\n\(length)")),
        .http("in chunks", .success) { image, offset in
            [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
                + stride(from: 0, to: image.count, by: 60_000).flatMap { start -> [HTTPConduct.Piece] in
                    let part = Array(image[start..<min(start + 60_000, image.count)])
                    return [.text(String(part.count, radix: 16) + "\r\n"), .bytes(part), .text("\r\n")]
                } + [.text("0\r\n\r\n")]
        },
        .http("more behind the body", .success) { image, offset in HTTPConduct.good(image, offset) + [.text("and more")]
        },
    ]

    static let once: [HostileMode] = [
        .http("cut in the middle", .success, once: true) { image, offset in
            [.text(HTTPConduct.head(image, offset)), .bytes(Array(image[..<half]))]
        },
        .http("reset in the middle", .success, once: true) { image, offset in
            [.text(HTTPConduct.head(image, offset)), .bytes(Array(image[..<half])), .pause(milliseconds: 50), .reset]
        },
        .http("stalled in the middle", .success, once: true) { image, offset in
            [.text(HTTPConduct.head(image, offset)), .bytes(Array(image[..<half])), .hold]
        },
        .http("500", .success, once: true, head("HTTP/1.1 500 Oh\r\nContent-Length: 0", end: 0)),
        .http("503", .success, once: true, head("HTTP/1.1 503 Later\r\nContent-Length: 0", end: 0)),
        .http("nothing at all", .success, once: true) { _, _ in [.reset] },
        .http("no length, and cut", .success, once: true, head("HTTP/1.1 200 OK\r\nConnection: close", end: half)),
        .http("a chunk that is none, in the middle", .success, once: true) { image, _ in
            [
                .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(String(half, radix: 16))\r\n"),
                .bytes(Array(image[..<half])), .text("\r\nZZ\r\n"),
            ]
        },
        .http(
            "cut, and then ranges are ignored", .success, once: true,
            later: { image, _ in [.text(HTTPConduct.head(image, 0)), .bytes(image)] }
        ) { image, _ in [.text(HTTPConduct.head(image, 0)), .bytes(Array(image[..<half]))] },
    ]

    static let bad: [HostileMode] = [
        .http(
            "redirected", .failure(.failed, "a redirect is not followed"),
            head("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/a.img\r\nContent-Length: 0", end: 0)),
        .http(
            "gzip that nobody asked for", .failure(.failed, "it is encoded as gzip, which nobody asked for"),
            head("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\(length)")),
        .http(
            "401", .failure(.unavailable, "refuses the login: HTTP/1.1 401 Who?"),
            head("HTTP/1.1 401 Who?\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0", end: 0)),
        .http(
            "404", .failure(.unavailable, "HTTP/1.1 404 No; check the path"),
            head("HTTP/1.1 404 No\r\nContent-Length: 0", end: 0)),
        .http(
            "500, always", .failure(.failed, "HTTP/1.1 500 Oh"),
            head("HTTP/1.1 500 Oh\r\nContent-Length: 0", end: 0)),
        .http(
            "a part that nobody asked for", .failure(.failed, "with another range than was asked for"),
            head("HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-199999/200000\r\nContent-Length: 199995", end: 199_995)
        ),
        .http(
            "Content-Length too small", .failure(.failed, "it has 100000 bytes there, and 200000 by its manifest"),
            head("HTTP/1.1 200 OK\r\nContent-Length: \(half)")),
        .http(
            "Content-Length too large", .failure(.failed, "it has 400000 bytes there, and 200000 by its manifest"),
            head("HTTP/1.1 200 OK\r\nContent-Length: 400000")),
        .http(
            "Content-Length below zero", .failure(.unavailable, "Invalid Content-Length: value"),
            head("HTTP/1.1 200 OK\r\nContent-Length: -1")),
        .http(
            "two Content-Lengths", .failure(.failed, "it has 5 bytes there, and 200000 by its manifest"),
            head("HTTP/1.1 200 OK\r\n\(length)\r\nContent-Length: 5")),
        .http("another byte", .failure(.failed, "no card was told that")) { image, offset in
            var image = image
            image[half] ^= 1
            return HTTPConduct.good(image, offset)
        },
        .http(
            "more than the manifest says", .failure(.failed, "the server gives more than the 200000 bytes"),
            { image, _ in
                [.text("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), .bytes(image), .text("x")]
            }),
        .http("no end", .failure(.failed, "the server gives more than the 200000 bytes")) { image, _ in
            [.text("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), .bytes(image), .endless("x")]
        },
        .http("chunks without an end", .failure(.failed, "the server gives more than the 200000 bytes")) { _, _ in
            [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), .endless("4\r\nabcd\r\n")]
        },
        .http("a head without an end", .failure(.failed, "broke after 0 bytes")) { _, _ in
            [.text("HTTP/1.1 200 OK\r\n"), .endless("X-And: so on and so on and so on\r\n")]
        },
        .http("a line of the head without an end", .failure(.failed, "broke after 0 bytes")) { _, _ in
            [.text("HTTP/1.1 200 OK\r\nX: "), .endless("xxxxxxxxxxxxxxxx")]
        },
        .http("100 Continue without an end", .failure(.failed, "broke after 0 bytes")) { _, _ in
            [.endless("HTTP/1.1 100 Continue\r\n\r\n")]
        },
        .http("no head at all", .failure(.unavailable, "cannot reach the file server")) { image, _ in [.bytes(image)] },
        .http(
            "a version that there is not", .failure(.unavailable, "cannot reach the file server"),
            head("HTTP/9.9 200 OK\r\n\(length)")),
        .http(
            "a status that there is not", .failure(.unavailable, "cannot reach the file server"),
            head("HTTP/1.1 999999 What\r\n\(length)")),
        .http("a chunk without measure", .failure(.failed, "Too long hexadecimal number")) { _, _ in
            [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFFF\r\nabc")]
        },
        .http("it speaks FTP", .failure(.unavailable, "cannot reach the file server")) { _, _ in
            [.text("220 ready\r\n")]
        },
        .http("silence", .failure(.unavailable, "cannot reach the file server")) { _, _ in [.hold] },
        .http("silence in the head", .failure(.failed, "broke after 0 bytes")) { _, _ in
            [.text("HTTP/1.1 200 OK\r\nX: "), .hold]
        },
        .http(
            "a NUL in the head", .failure(.unavailable, "Nul byte in header"),
            head("HTTP/1.1 200 OK\r\nX: a\u{0}b\r\n\(length)")),
        .http("the image changes between two sessions", .failure(.failed, "changed while it was fetched")) {
            image, offset in
            offset == 0
                ? [.text(HTTPConduct.head(image, 0)), .bytes(Array(image[..<half]))]
                : [.text(HTTPConduct.head(image, 0).replacing("\"a\"", with: "\"b\"")), .bytes(image)]
        },
    ]

    static let all = harmless + once + bad
}
