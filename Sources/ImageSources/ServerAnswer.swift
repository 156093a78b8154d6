/// What a server says before a file's first byte: FTP replies or HTTP headers, a line at a time, as libcurl hands them
/// over (CURLOPT_HEADERFUNCTION(3)). A plain value.
package struct ServerAnswer {
    /// FTP: the last reply. HTTP: the status line. Without what could disturb a terminal.
    package private(set) var text = ""
    package private(set) var validator = ImageValidator()
    package private(set) var status: Int?
    package private(set) var contentRange: ContentRange?
    package private(set) var encoding: String?
    package let isHTTP: Bool

    /// What of a line is looked at. Longer tags and dates are no tags and dates.
    private static let lineLimitBytes = 1200
    /// What of a line stands in a message.
    private static let textLimitBytes = 200
    /// `YYYYMMDDHHMMSS` and, at will, `.sss` (RFC 3659, section 2.3). A size has fewer digits: 10^13 bytes are no image.
    private static let timeDigits = 14

    /// What a server may know and nobody else: it may well say it again.
    private let secret: String?

    package init(isHTTP: Bool, secret: String? = nil) {
        self.isHTTP = isHTTP
        self.secret = secret.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A text of the server's, or of libcurl's, without the secret.
    func withoutSecret(_ text: String) -> String {
        secret.map { text.replacing($0, with: "…") } ?? text
    }

    package mutating func take(_ bytes: UnsafeRawBufferPointer) {
        let line = String(
            decoding: bytes.prefix(Self.lineLimitBytes).filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
        if isHTTP { takeHeader(withoutSecret(line)) } else { takeReply(withoutSecret(line)) }
    }

    private mutating func takeReply(_ line: String) {
        text = String(line.prefix(Self.textLimitBytes))
        guard line.hasPrefix("213 ") else { return }
        let value = String(line.dropFirst(4))
        if value.prefix(while: \.isASCIIDigit).count >= Self.timeDigits {
            validator.modified = value
        } else if let size = UInt64(value) {
            validator.byteCount = size
        }
    }

    private mutating func takeHeader(_ line: String) {
        if line.hasPrefix("HTTP/") {
            // Another answer begins: one of 100 (Continue) may come before the one that counts.
            self = ServerAnswer(isHTTP: true, secret: secret)
            text = String(line.prefix(Self.textLimitBytes))
            let words = line.split(separator: " ", maxSplits: 2)
            status = words.count > 1 ? Int(words[1]) : nil
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = String(line[line.index(after: colon)...].trimmingBlanks)
        switch line[..<colon].lowercased() {
        case "etag": validator.tag = value
        case "last-modified": validator.modified = value
        case "content-encoding": encoding = value
        case "content-length": if status == 200 { validator.byteCount = UInt64(value) }
        case "content-range":
            contentRange = ContentRange(value)
            validator.byteCount = contentRange?.total
        default: break
        }
    }
}

/// `bytes 100-199/200`, with `*` for a whole length that is not known (RFC 9110, section 14.4).
package struct ContentRange: Equatable {
    package var first: UInt64
    package var last: UInt64
    package var total: UInt64?

    package init?(_ text: String) {
        guard text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = UInt64(ends[0]), let last = UInt64(ends[1]), first <= last else {
            return nil
        }
        self.first = first
        self.last = last
        total = UInt64(parts[1])
        guard total != nil || parts[1] == "*" else { return nil }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        let front = drop { $0 == " " }
        return front.prefix(front.count - front.reversed().prefix { $0 == " " }.count)
    }
}
