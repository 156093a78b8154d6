package import SoftwareImage

/// Writes the fields that `ByteReader` reads.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    @_specialize(where Value == UInt8)
    @_specialize(where Value == UInt16)
    @_specialize(where Value == UInt32)
    @_specialize(where Value == UInt64)
    package mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes at most `ByteReader.maximumTextBytes` of `text`, cut between two Unicode scalars.
    package mutating func text(_ text: String) {
        let utf8 = text.utf8
        var end =
            utf8.index(utf8.startIndex, offsetBy: ByteReader.maximumTextBytes, limitedBy: utf8.endIndex)
            ?? utf8.endIndex
        while end < utf8.endIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        let cut = utf8[..<end]
        integer(UInt8(cut.count))
        bytes.append(contentsOf: cut)
    }

    package mutating func digest(_ digest: ImageDigest) {
        digest.withBytes { bytes.append(contentsOf: $0) }
    }

    package mutating func flag(_ value: Bool) {
        integer(UInt8(value ? 1 : 0))
    }

    package mutating func raw(_ span: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: span)
    }
}
