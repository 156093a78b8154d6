package import SoftwareImage

/// Reads big-endian fields from a payload; every read is checked against what is left.
package struct ByteReader {
    /// The longest text, in bytes: its length is one byte.
    package static let maximumTextBytes = 255
    /// No size and no offset reaches this, in bytes (256 TiB): sums of a few of them stay far from an overflow, whatever a
    /// peer sends.
    package static let byteCountLimit: UInt64 = 1 << 48

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    package var remaining: Int { bytes.count - position }

    @_specialize(where Value == UInt8)
    @_specialize(where Value == UInt16)
    @_specialize(where Value == UInt32)
    @_specialize(where Value == UInt64)
    package mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(ProtocolError) -> Value {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else { throw .malformed("the payload ends inside a field") }
        defer { position += size }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Value.self))
    }

    /// A size or an offset in bytes, below `byteCountLimit`.
    package mutating func byteCount() throws(ProtocolError) -> UInt64 {
        let count = try integer(UInt64.self)
        guard count < Self.byteCountLimit else { throw .malformed("\(count) bytes are more than any image has") }
        return count
    }

    /// The length of a section: from 1 to `CardFrame.maximumSectionBytes`.
    package mutating func sectionBytes() throws(ProtocolError) -> UInt32 {
        let count = try integer(UInt32.self)
        guard count >= 1 && count <= CardFrame.maximumSectionBytes else {
            throw .malformed("a section of \(count) bytes; from 1 to \(CardFrame.maximumSectionBytes) are possible")
        }
        return count
    }

    /// The number of an instance: 0 or 1.
    package mutating func instance() throws(ProtocolError) -> UInt8 {
        let instance = try integer(UInt8.self)
        guard instance <= 1 else { throw .malformed("instance \(instance) does not exist") }
        return instance
    }

    /// A card's epoch, as its identity tells it: from 1 on.
    package mutating func epoch() throws(ProtocolError) -> UInt64 {
        let epoch = try integer(UInt64.self)
        guard epoch > 0 else { throw .malformed("epoch 0; a card's epochs begin with 1") }
        return epoch
    }

    /// A length of one byte, then that many bytes of UTF-8.
    package mutating func text() throws(ProtocolError) -> String {
        let count = Int(try integer(UInt8.self))
        guard remaining >= count else { throw .malformed("the payload ends inside a text") }
        defer { position += count }
        let slice = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
        guard let text = String(validating: slice, as: UTF8.self) else { throw .malformed("a text is not UTF-8") }
        return text
    }

    package mutating func digest() throws(ProtocolError) -> ImageDigest {
        guard remaining >= ImageDigest.byteCount else { throw .malformed("the payload ends inside a digest") }
        defer { position += ImageDigest.byteCount }
        return ImageDigest(
            copying: UnsafeRawBufferPointer(rebasing: bytes[position..<position + ImageDigest.byteCount]))
    }

    /// That many bytes, as they are.
    package mutating func bytes(_ count: Int) throws(ProtocolError) -> [UInt8] {
        guard remaining >= count else { throw .malformed("the payload ends inside a field of \(count) bytes") }
        defer { position += count }
        return Array(UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
    }

    /// A byte that must be 0 or 1.
    package mutating func flag() throws(ProtocolError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        case let other: throw .malformed("a flag is \(other), not 0 or 1")
        }
    }

    /// So many bytes as they are.
    package mutating func take(_ count: Int) throws(ProtocolError) -> [UInt8] {
        guard remaining >= count else { throw .malformed("the payload ends inside a field") }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Everything that is left.
    package mutating func rest() -> UnsafeRawBufferPointer {
        defer { position = bytes.count }
        return UnsafeRawBufferPointer(rebasing: bytes[position...])
    }

    /// A payload has no bytes beyond its fields.
    package func expectEnd() throws(ProtocolError) {
        guard remaining == 0 else { throw .malformed("\(remaining) bytes follow the last field") }
    }
}
