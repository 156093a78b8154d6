import CSystem

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

    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        csystem_crc32c(0, bytes.baseAddress, bytes.count)
    }
}
