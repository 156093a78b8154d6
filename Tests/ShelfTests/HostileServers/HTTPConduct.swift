import Glibc

/// An HTTP server that does one thing wrong.
struct HTTPConduct: Sendable {
    /// What is asked for, and what is answered: everything from the status line to the last byte, in the pieces in which it is written.
    typealias Answer = @Sendable (_ image: [UInt8], _ offset: Int) -> [Piece]

    enum Piece: Sendable {
        case text(String)
        case bytes([UInt8])
        /// For ever, until the client goes.
        case endless(String)
        case pause(milliseconds: Int)
        case hold
        case reset
    }

    var image: [UInt8]
    var answer: Answer
    /// How many bytes are written at once; 0: all.
    var pieceBytes = 0
    /// Only in the first session; in the next ones the answer is `later`.
    var isOnce = false
    var later: Answer = good
    /// A PEM file with certificate and key; nil: in clear.
    var certificate: String?
    var isOldTLS = false
    var omitsCloseNotify = false

    /// As a good server answers.
    static let good: Answer = { image, offset in
        [.text(head(image, offset)), .bytes(Array(image[min(offset, image.count)...]))]
    }

    static func head(_ image: [UInt8], _ offset: Int) -> String {
        let status =
            offset > 0
            ? "206 Partial Content\r\nContent-Range: bytes \(offset)-\(image.count - 1)/\(image.count)" : "200 OK"
        return "HTTP/1.1 \(status)\r\nContent-Length: \(image.count - offset)\r\nETag: \"a\"\r\n\r\n"
    }

    @Sendable func serve(_ wire: Wire, session: Int) {
        if let certificate, !wire.encrypt(certificate, isOld: isOldTLS) { return }
        var offset = 0
        guard wire.line() != nil else { return }
        while let line = wire.line(), !line.isEmpty {
            if let range = line.lowercased().firstRange(of: "range: bytes=") {
                offset = Int(line[range.upperBound...].prefix { $0.isNumber }) ?? 0
            }
        }
        let answer = isOnce && session > 0 ? later : answer
        for piece in answer(image, offset) { guard write(piece, wire) else { return } }
        if !omitsCloseNotify { wire.closeNotify() }
    }

    private func write(_ piece: Piece, _ wire: Wire) -> Bool {
        switch piece {
        case .text(let text): return write(Array(text.utf8), wire)
        case .bytes(let bytes): return write(bytes, wire)
        case .endless(let text):
            let many = String(repeating: text, count: 500)
            while wire.write(many) {}
            return false
        case .pause(let milliseconds):
            usleep(UInt32(milliseconds) * 1000)
            return true
        case .hold:
            wire.hold()
            return false
        case .reset:
            wire.reset()
            return false
        }
    }

    private func write(_ bytes: [UInt8], _ wire: Wire) -> Bool {
        guard pieceBytes > 0 else { return wire.write(bytes) }
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
            guard wire.write(bytes[start..<min(start + pieceBytes, bytes.count)]) else { return false }
            usleep(200)
        }
        return true
    }
}
