/// The bytes that are signed: `docs/manifest.md`, section 2. There is exactly one encoding of a statement, and the decoder takes no
/// other.
extension ManifestStatement {
    /// `SIMF`
    private static let magic: UInt32 = 0x5349_4D46
    private static let format: UInt8 = 1

    /// - Precondition: `problem` is nil.
    package func encode() -> [UInt8] {
        precondition(problem == nil, problem!)
        var bytes: [UInt8] = []
        func integer(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
        }
        func text(_ text: String) {
            bytes.append(UInt8(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        integer(Self.magic)
        integer(Self.format)
        text(cardType)
        text(version)
        let revisions = hardwareRevisions.sorted(by: Self.precedes)
        integer(UInt8(revisions.count))
        for revision in revisions { text(revision) }
        integer(securityNumber)
        integer(created?.seconds ?? 0)
        integer(expires?.seconds ?? 0)
        integer(imageBytes)
        digest.withBytes { bytes.append(contentsOf: $0) }
        integer(UInt32(blocks?.blockBytes ?? 0))
        blocks?.digest.withBytes { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: for anything else, also for another encoding of the same statement.
    package init(decoding bytes: UnsafeRawBufferPointer) throws(ManifestError) {
        guard bytes.count <= ManifestLimits.maximumStatementBytes else {
            throw ManifestError("it has \(bytes.count) bytes, more than any manifest")
        }
        var reader = StatementReader(bytes)
        guard try reader.integer(UInt32.self) == Self.magic else { throw ManifestError("it does not begin as one") }
        let format = try reader.integer(UInt8.self)
        guard format == Self.format else {
            throw ManifestError("it has format \(format), and only \(Self.format) is known")
        }
        let cardType = try reader.text()
        let version = try reader.text()
        let count = Int(try reader.integer(UInt8.self))
        guard count <= ManifestLimits.maximumRevisions else {
            throw ManifestError("it names \(count) hardware revisions, more than \(ManifestLimits.maximumRevisions)")
        }
        var revisions: [String] = []
        for _ in 0..<count { revisions.append(try reader.text()) }
        guard zip(revisions, revisions.dropFirst()).allSatisfy(Self.precedes) else {
            throw ManifestError("its hardware revisions are not in order")
        }
        let securityNumber = try reader.integer(UInt64.self)
        let created = try reader.time()
        let expires = try reader.time()
        let imageBytes = try reader.integer(UInt64.self)
        let digest = try reader.digest()
        let blockBytes = Int(try reader.integer(UInt32.self))
        let blocks = blockBytes > 0 ? BlockSummary(blockBytes: blockBytes, digest: try reader.digest()) : nil
        try reader.expectEnd()
        self.init(
            cardType: cardType, hardwareRevisions: revisions, version: version, securityNumber: securityNumber,
            created: created, expires: expires, imageBytes: imageBytes, digest: digest, blocks: blocks)
        if let problem { throw ManifestError(problem) }
    }

    /// Why this is no statement that could be encoded; nil when it is one.
    package var problem: String? {
        for (name, text) in [("card type", cardType), ("version", version)]
        where !Self.isText(text, maximumBytes: ManifestLimits.maximumTextBytes) {
            return "its \(name) is not 1 to \(ManifestLimits.maximumTextBytes) visible ASCII characters"
        }
        let most = ManifestLimits.maximumRevisionBytes
        guard hardwareRevisions.allSatisfy({ Self.isText($0, maximumBytes: most) }) else {
            return "a hardware revision is not 1 to \(most) visible ASCII characters"
        }
        guard hardwareRevisions.count <= ManifestLimits.maximumRevisions,
            Set(hardwareRevisions).count == hardwareRevisions.count
        else { return "its hardware revisions are too many, or one stands twice" }
        guard imageBytes > 0 && imageBytes < ManifestLimits.imageBytesLimit else {
            return "an image of \(imageBytes) bytes cannot be"
        }
        if let created, let expires, expires <= created { return "it expires before it was made" }
        guard let blocks else { return nil }
        guard BlockDigests.isBlockSize(blocks.blockBytes) else {
            return "digest blocks of \(blocks.blockBytes) bytes cannot be"
        }
        guard
            BlockDigests.count(imageBytes: imageBytes, blockBytes: blocks.blockBytes)
                <= UInt64(ManifestLimits.maximumBlocks)
        else { return "its image has more than \(ManifestLimits.maximumBlocks) digest blocks" }
        return nil
    }

    /// By their bytes: not as any language sorts.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func isText(_ text: String, maximumBytes: Int) -> Bool {
        (1...maximumBytes).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// Reads big-endian fields; every read is checked against what is left.
private struct StatementReader {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes[...]
    }

    private mutating func take(_ count: Int) throws(ManifestError) -> UnsafeRawBufferPointer {
        guard rest.count >= count else { throw ManifestError("it ends too early") }
        defer { rest = rest.dropFirst(count) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) throws(ManifestError) -> Value {
        try take(MemoryLayout<Value>.size).reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func text() throws(ManifestError) -> String {
        let bytes = try take(Int(try integer(UInt8.self)))
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ManifestError("a text is not UTF-8") }
        return text
    }

    /// nil: none.
    mutating func time() throws(ManifestError) -> ManifestTime? {
        let seconds = try integer(UInt64.self)
        guard seconds > 0 else { return nil }
        guard let time = ManifestTime(seconds: seconds) else { throw ManifestError("a time is beyond the year 9999") }
        return time
    }

    mutating func digest() throws(ManifestError) -> ImageDigest {
        ImageDigest(copying: try take(ImageDigest.byteCount))
    }

    func expectEnd() throws(ManifestError) {
        guard rest.isEmpty else { throw ManifestError("\(rest.count) bytes follow its end") }
    }
}
