import CSystem
package import SharedBytes
import SoftwareImage

/// CRC32C (RFC 3720, appendix B.4), which guards each frame's header and payload.
package struct Checksum: Equatable, Sendable {
    package private(set) var value: UInt32 = 0

    package init() {}

    /// Goes on where the checksum of the bytes before was `value`.
    package init(continuing value: UInt32) {
        self.value = value
    }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        value = csystem_crc32c(value, bytes.baseAddress, bytes.count)
    }

    /// Adds bytes that may be a part of an image that all share: then what is known of it is not computed again.
    package mutating func add(_ stretch: Stretch) {
        guard let shared = stretch.shared, let image = shared.memory as? ImageMemory else { return add(stretch.bytes) }
        let known = image.advance(checksum: value, over: shared.range)
        value = known.checksum
        if known.byteCount < stretch.count {
            add(UnsafeRawBufferPointer(rebasing: stretch.bytes[known.byteCount...]))
        }
    }

    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        csystem_crc32c(0, bytes.baseAddress, bytes.count)
    }
}
