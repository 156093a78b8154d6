/// The head of an HTTP/1.1 request (RFC 9112), as far as a file server needs it. A plain value.
package struct WebRequest: Equatable, Sendable {
    package enum Method: Equatable, Sendable { case get, head, other }

    package let method: Method
    /// Decoded; without a query.
    package let path: [UInt8]
    /// `Range: bytes=FIRST-`: the only form that is obeyed; any other is left out, as RFC 9110, section 14.2, allows.
    package let rangeStart: UInt64?
    package let ifRange: String?
    /// `Authorization: Basic …`, what follows.
    package let credentials: String?

    /// The most that a head has, with its empty line: a URL of 2 KiB, a tag of 1 KiB, and the client's own lines.
    package static let limitBytes = 8 << 10

    /// - Parameter head: from the request line to before the empty line.
    /// - Returns: nil for what is no request.
    package init?(head: [UInt8]) {
        guard let text = String(validating: head, as: UTF8.self) else { return nil }
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].first == "/",
            let path = Self.decoded(words[1].prefix { $0 != "?" })
        else { return nil }
        method = words[0] == "GET" ? .get : words[0] == "HEAD" ? .head : .other
        self.path = path
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[line[..<colon].lowercased()] = String(value)
        }
        let range = fields["range"].flatMap { value -> UInt64? in
            guard value.hasPrefix("bytes="), value.last == "-" else { return nil }
            return UInt64(value.dropFirst(6).dropLast())
        }
        rangeStart = range
        ifRange = fields["if-range"]
        credentials = fields["authorization"].flatMap { $0.hasPrefix("Basic ") ? String($0.dropFirst(6)) : nil }
    }

    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            guard digits.count == 2 else { return nil }
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    /// Base64 of `user:password` (RFC 7617, section 2).
    package static func credentials(user: String, password: String) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = Array("\(user):\(password)".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                result.append(index > group.count ? UInt8(ascii: "=") : letters[value >> (18 - 6 * index) & 63])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
