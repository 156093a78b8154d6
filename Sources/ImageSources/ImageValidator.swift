/// By what a source knows an image from another one of the same name: asked for again before a session goes on where an
/// earlier one ended. It cannot prove that the image is the right one; the manifest's digest does.
package struct ImageValidator: Equatable, Sendable, CustomStringConvertible {
    /// FTP: SIZE. HTTP: Content-Length, or the whole length in Content-Range. A file: its size.
    package var byteCount: UInt64?
    /// As the source writes it. FTP: MDTM (RFC 3659, section 3). HTTP: Last-Modified. A file: its modification time.
    package var modified: String?
    /// HTTP: ETag (RFC 9110, section 8.8.3), with its quotes.
    package var tag: String?

    package init(byteCount: UInt64? = nil, modified: String? = nil, tag: String? = nil) {
        self.byteCount = byteCount
        self.modified = modified
        self.tag = tag
    }

    package var isEmpty: Bool { self == ImageValidator() }

    /// Whether both know something, and not the same. What only one of them knows says nothing.
    package func contradicts(_ other: ImageValidator) -> Bool {
        func differ<Part: Equatable>(_ part: KeyPath<ImageValidator, Part?>) -> Bool {
            guard let mine = self[keyPath: part], let theirs = other[keyPath: part] else { return false }
            return mine != theirs
        }
        return differ(\.byteCount) || differ(\.modified) || differ(\.tag)
    }

    /// What If-Range may carry (RFC 9110, section 13.1.5): a tag that vouches for every byte. A weak one does not.
    var strongTag: String? {
        guard let tag, tag.first == "\"", tag.last == "\"", tag.utf8.count <= Self.tagLimitBytes else { return nil }
        return tag
    }

    /// A tag goes back to the server in a request line; servers' own limits for one begin at 4 KiB.
    private static let tagLimitBytes = 1024

    package var description: String {
        var parts: [String] = []
        if let byteCount { parts.append("\(byteCount) bytes") }
        if let modified { parts.append("of \(modified)") }
        if let tag { parts.append("tag \(tag)") }
        return parts.isEmpty ? "unknown" : parts.joined(separator: ", ")
    }
}
