package import SoftwareImage

/// Reads big-endian fields from a payload; every read is checked against what is left.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    package var remaining: Int { bytes.count - position }

    package mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(ProtocolError) -> Value {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else { throw .malformed("the payload ends inside a field") }
        defer { position += size }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Value.self))
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
        return ImageDigest(bytes: bytes[position..<position + ImageDigest.byteCount])
    }

    /// A byte that must be 0 or 1.
    package mutating func flag() throws(ProtocolError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        case let other: throw .malformed("a flag is \(other), not 0 or 1")
        }
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
