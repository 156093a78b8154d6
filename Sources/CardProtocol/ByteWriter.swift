package import SoftwareImage

/// Writes the fields that `ByteReader` reads.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes at most 255 bytes of `text`, cut between two characters.
    package mutating func text(_ text: String) {
        var cut = text[...]
        while cut.utf8.count > 255 { cut = cut.dropLast() }
        integer(UInt8(cut.utf8.count))
        bytes.append(contentsOf: cut.utf8)
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
