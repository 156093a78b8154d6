import Glibc

/// Bytes where they lie: lent for the time of a call, or a part of a shared memory, which may be kept.
package struct Stretch {
    package let bytes: UnsafeRawBufferPointer
    /// Where they are shared: the same bytes.
    package let shared: SharedBytes?

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        shared = nil
    }

    package init(_ shared: SharedBytes) {
        bytes = shared.bytes
        self.shared = shared
    }

    private init(_ bytes: UnsafeRawBufferPointer, _ shared: SharedBytes?) {
        self.bytes = bytes
        self.shared = shared
    }

    package var count: Int { bytes.count }

    package subscript(part: Range<Int>) -> Stretch {
        Stretch(UnsafeRawBufferPointer(rebasing: bytes[part]), shared?[part])
    }

    /// Byte by byte, unless they are the very same.
    package func isEqual(to other: Stretch) -> Bool {
        guard count == other.count else { return false }
        if bytes.baseAddress == other.bytes.baseAddress { return true }
        return count == 0 || memcmp(bytes.baseAddress!, other.bytes.baseAddress!, count) == 0
    }
}
