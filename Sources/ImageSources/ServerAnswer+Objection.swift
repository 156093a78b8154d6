/// libcurl ends in `CURLE_OK` whatever a server gives; this looks at what it says that it gives.
extension ServerAnswer {
    /// Why the bytes that come after this answer are not those that were asked for; nil when they may be.
    ///
    /// - Parameters:
    ///   - offset: where they are to begin.
    ///   - expected: by what the image was known before.
    package func objection(url: String, offset: UInt64, expected: ImageValidator?) -> SourceError? {
        if let wrongKind { return .unsuitable(url: url, cause: wrongKind) }
        if let expected, validator.contradicts(expected) {
            return .changed(url: url, cause: "it was \(expected) and is \(validator)")
        }
        guard isHTTP else { return nil }
        if offset > 0 && status == 200 {
            return .resumptionRefused(url: url, offset: offset, reply: "\(text): the server ignores ranges")
        }
        guard status == 206 else { return nil }
        guard let contentRange, contentRange.first == offset else {
            return .resumptionRefused(url: url, offset: offset, reply: "\(text) with another range than was asked for")
        }
        if let total = contentRange.total, contentRange.last != total - 1 {
            return .resumptionRefused(url: url, offset: offset, reply: "\(text) with a part of what was asked for")
        }
        return nil
    }

    /// nil when the answer is of the right kind.
    private var wrongKind: String? {
        guard isHTTP else { return nil }
        if let encoding, !encoding.isEmpty, encoding.lowercased() != "identity" {
            return "it is encoded as \(encoding), which nobody asked for; let the server send files as they are"
        }
        switch status {
        case 200, 206: return nil
        case .some(300..<400): return "\(text): a redirect is not followed; name the place itself"
        case .some: return "\(text): expected 200 or 206"
        case nil: return "no HTTP status came; is it an HTTP server?"
        }
    }
}
