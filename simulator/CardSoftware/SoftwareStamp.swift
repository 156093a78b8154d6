/// The version that a program carries behind its last byte, where no loader looks: magic `LCSTAMP1`, then the version as UTF-8, filled
/// with zeros.
package enum SoftwareStamp {
    package static let byteCount = 72
    private static let magic = Array("LCSTAMP1".utf8)

    /// - Precondition: the version has at most 64 bytes.
    package static func bytes(version: String) -> [UInt8] {
        let text = Array(version.utf8)
        precondition(magic.count + text.count <= byteCount, "the version \(version) is too long for a stamp")
        return magic + text + [UInt8](repeating: 0, count: byteCount - magic.count - text.count)
    }

    /// nil when the bytes are no stamp.
    package static func version(in bytes: [UInt8]) -> String? {
        guard bytes.count == byteCount, bytes.starts(with: magic) else { return nil }
        let text = bytes[magic.count...].prefix { $0 != 0 }
        return text.isEmpty ? nil : String(validating: text, as: UTF8.self)
    }
}
