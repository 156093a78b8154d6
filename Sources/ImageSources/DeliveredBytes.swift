import CSystem

/// What a sink has of an image, known by checksums alone: no byte is kept. A plain value.
///
/// CRC32C (RFC 3720, appendix B.4) tells a server's mistakes; the manifest's SHA-256 decides in the end.
package struct DeliveredBytes {
    /// A part of the image, from its first byte to the one behind its last, and its checksum.
    package struct Span: Equatable {
        package var range: Range<UInt64>
        package var checksum: UInt32

        mutating func add(_ bytes: UnsafeRawBufferPointer) {
            range = range.lowerBound..<(range.upperBound + UInt64(bytes.count))
            checksum = csystem_crc32c(checksum, bytes.baseAddress, bytes.count)
        }
    }

    private let blockBytes: Int
    package let start: UInt64
    /// Of each whole block from the start on: 64 KiB for an image of 1 GiB in blocks of 64 KiB.
    private var blockChecksums: [UInt32] = []
    /// What came behind the last whole block.
    private var current: Span

    /// - Parameter start: where the image was begun.
    package init(from start: UInt64, blockBytes: Int) {
        precondition(blockBytes > 0, "a block has bytes")
        self.blockBytes = blockBytes
        self.start = start
        current = Span(range: start..<start, checksum: 0)
    }

    package var end: UInt64 { current.range.upperBound }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let room = blockBytes - current.range.count
            current.add(UnsafeRawBufferPointer(rebasing: rest.prefix(room)))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(room))
            guard current.range.count == blockBytes else { continue }
            blockChecksums.append(current.checksum)
            current = Span(range: end..<end, checksum: 0)
        }
    }

    /// Where a session goes on: one block before the end at least, two at most, or at the start.
    package var resumptionOffset: UInt64 {
        start + UInt64(max(0, blockChecksums.count - 1) * blockBytes)
    }

    /// What of a session from `offset` on is known, and how.
    package func overlap(from offset: UInt64) -> Overlap {
        let first = offset > start ? Int(offset - start) / blockBytes : 0
        var spans = blockChecksums.indices.dropFirst(first).map { index in
            let position = start + UInt64(index * blockBytes)
            return Span(range: position..<position + UInt64(blockBytes), checksum: blockChecksums[index])
        }
        // An empty one beyond the offset stands for bytes that were never seen and are left out.
        if !current.range.isEmpty || spans.isEmpty && current.range.lowerBound > offset { spans.append(current) }
        return Overlap(from: offset, spans: spans)
    }
}

/// The first bytes of a session, which the sink has already: compared, and given to nobody. A plain value.
package struct Overlap {
    /// Where the session's next byte stands in the image.
    package private(set) var position: UInt64
    private var spans: ArraySlice<DeliveredBytes.Span>
    private var checksum: UInt32 = 0

    package init(from offset: UInt64, spans: [DeliveredBytes.Span]) {
        position = offset
        self.spans = spans[...]
    }

    /// Bytes that are still to come and are known.
    package var remainingBytes: UInt64 { spans.last.map { $0.range.upperBound - position } ?? 0 }

    /// Compares the next bytes; at most `remainingBytes` of them.
    ///
    /// - Returns: false when they are others than the sink has.
    package mutating func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        precondition(UInt64(bytes.count) <= remainingBytes, "nothing is known of more bytes")
        var rest = bytes
        while !rest.isEmpty {
            let span = spans.first!
            if position < span.range.lowerBound {
                // Before the start of the first session: its bytes were never seen.
                _ = take(min(UInt64(rest.count), span.range.lowerBound - position), of: &rest)
                continue
            }
            let part = take(min(UInt64(rest.count), span.range.upperBound - position), of: &rest)
            checksum = csystem_crc32c(checksum, part.baseAddress, part.count)
            guard position == span.range.upperBound else { continue }
            guard checksum == span.checksum else { return false }
            spans.removeFirst()
            checksum = 0
        }
        return true
    }

    private mutating func take(_ count: UInt64, of rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(count)))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(count)))
        position += count
        return part
    }
}
