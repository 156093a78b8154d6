import CSystem
import Glibc
import SharedBytes

/// An image in memory, shared by all that hold it in one process, with what is computed of it again and again: its running
/// digest and checksum at every granule.
///
/// Immutable. They are not believed but built: who hashes shared bytes gets what hashing them would give, since the state before
/// them and the bytes are the same.
package final class ImageMemory: SharedMemory {
    /// The distance between two places of which the running values are known, in bytes; divides every section.
    package static let granuleBytes = 4096

    /// Allocated here and never written again, hence safe to be read by anybody.
    package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    /// Of the bytes before each granule, and of all.
    private let digests: [SHA256]
    private let checksums: [UInt32]
    /// The first granule that begins with a word.
    private let granules: [UInt64: Int]

    package init(_ image: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: image.count, alignment: Self.granuleBytes)
        memory.copyBytes(from: image)
        bytes = UnsafeRawBufferPointer(memory)
        var digests = [SHA256()]
        var checksums: [UInt32] = [0]
        var granules: [UInt64: Int] = [:]
        var offset = 0
        while offset < image.count {
            let granule = UnsafeRawBufferPointer(
                rebasing: bytes[offset..<min(offset + Self.granuleBytes, image.count)])
            var digest = digests.last!
            digest.update(granule)
            digests.append(digest)
            checksums.append(csystem_crc32c(checksums.last!, granule.baseAddress, granule.count))
            if let word = Self.firstWord(of: granule), granules[word] == nil { granules[word] = offset }
            offset += granule.count
        }
        self.digests = digests
        self.checksums = checksums
        self.granules = granules
    }

    deinit {
        bytes.deallocate()
    }

    private static func firstWord(of bytes: UnsafeRawBufferPointer) -> UInt64? {
        bytes.count >= 8 ? bytes.loadUnaligned(as: UInt64.self) : nil
    }

    package func find(_ wanted: UnsafeRawBufferPointer, near hint: Int) -> Int? {
        if holds(wanted, at: hint) { return hint }
        guard let word = Self.firstWord(of: wanted), let offset = granules[word], holds(wanted, at: offset) else {
            return nil
        }
        return offset
    }

    private func holds(_ wanted: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        guard offset >= 0 && offset <= bytes.count - wanted.count && !wanted.isEmpty else { return false }
        return memcmp(bytes.baseAddress! + offset, wanted.baseAddress!, wanted.count) == 0
    }

    // MARK: Running values

    /// The granules within a range, by number; nil when it does not begin with one, or holds none.
    private func granules(in range: Range<Int>) -> Range<Int>? {
        let (first, rest) = range.lowerBound.quotientAndRemainder(dividingBy: Self.granuleBytes)
        guard rest == 0 else { return nil }
        // The last granule of the image may be shorter.
        let last = range.upperBound == bytes.count ? checksums.count - 1 : range.upperBound / Self.granuleBytes
        return last > first ? first..<last : nil
    }

    /// Where a granule ends, or the image does.
    private func end(ofGranulesBefore granule: Int) -> Int { min(granule * Self.granuleBytes, bytes.count) }

    /// Adds a part of this image to a running digest.
    ///
    /// - Returns: how many bytes of the part, from its beginning, are in it now; 0 when the digest so far is not that of the
    ///   image up to there.
    func advance(_ digest: inout SHA256, over range: Range<Int>) -> Int {
        guard let granules = granules(in: range), digest.isSame(as: digests[granules.lowerBound]) else { return 0 }
        digest = digests[granules.upperBound]
        return end(ofGranulesBefore: granules.upperBound) - range.lowerBound
    }

    /// Adds a part of this image to a running CRC32C.
    ///
    /// - Returns: the CRC, and how many bytes of the part, from its beginning, are in it.
    package func advance(checksum: UInt32, over range: Range<Int>) -> (checksum: UInt32, byteCount: Int) {
        guard let granules = granules(in: range) else { return (checksum, 0) }
        let count = end(ofGranulesBefore: granules.upperBound) - range.lowerBound
        guard count % Self.granuleBytes == 0 else { return (checksum, 0) }
        // A CRC is linear: what the bytes add is what is known before and behind them.
        let before = ChecksumShift.shift(checksum ^ checksums[granules.lowerBound], byGranules: granules.count)
        return (before ^ checksums[granules.upperBound], count)
    }
}
