import Faults

/// The head of an HTTP answer (RFC 9112, section 4). A plain value.
struct WebAnswer: Equatable {
    let status: Int
    private let reason: String
    private let fields: [String]

    init(_ status: Int, _ reason: String, _ fields: [String] = []) {
        self.status = status
        self.reason = reason
        self.fields = fields
    }

    var bytes: [UInt8] {
        let lines = ["HTTP/1.1 \(status) \(reason)"] + fields + ["Connection: close"]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// The answer to a request for a file, and where in the file what follows it begins.
    static func serving(_ file: ServedFile, to request: WebRequest, faults: FileServerFaults) -> (
        answer: WebAnswer, start: UInt64
    ) {
        var fields = ["Content-Type: application/octet-stream", "Accept-Ranges: bytes"]
        let size = faults.announcedBytes ?? file.byteCount
        let modified = faults.hasOtherImage ? ModificationTime.ofOtherImage : file.modified.digits
        let tag = "\"\(modified)-\(file.byteCount)\""
        if !faults.hidesTime { fields.append("ETag: \(tag)") }
        // A tag of another file: the whole of this one is sent (RFC 9110, section 13.1.5).
        let isSame = request.ifRange == nil || request.ifRange == tag
        guard let start = request.rangeStart, isSame, faults.restart != .ignored else {
            if !faults.hidesSize { fields.append("Content-Length: \(size)") }
            return (WebAnswer(200, "OK", fields), 0)
        }
        guard start < size, faults.restart != .refused else {
            return (WebAnswer(416, "Range Not Satisfiable", ["Content-Range: bytes */\(size)"]), 0)
        }
        fields.append("Content-Range: bytes \(start)-\(size - 1)/\(size)")
        fields.append("Content-Length: \(size - start)")
        return (WebAnswer(206, "Partial Content", fields), faults.restart == .lied ? 0 : start)
    }
}
