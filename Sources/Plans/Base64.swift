/// Base64 with its padding (RFC 4648, section 4), as `base64` and `openssl base64` write it. One text for the same bytes: the decoder
/// takes no other.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for position in 0..<4 {
                let isPadding = position > group.count
                text.append(
                    isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> (18 - 6 * UInt32(position))) & 63])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: nil for what is not the text of exactly `byteCount` bytes.
    static func bytes(_ text: String, byteCount: Int) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == (byteCount + 2) / 3 * 4 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        for (index, digit) in digits.enumerated() {
            var value: UInt32 = 0
            // Of a padded group, only the text that `text(of:)` makes is taken: the comparison below.
            if digit != UInt8(ascii: "=") {
                guard let found = alphabet.firstIndex(of: digit) else { return nil }
                value = UInt32(found)
            }
            bits = bits << 6 | value
            guard index % 4 == 3 else { continue }
            bytes += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8)]
            bytes.append(UInt8(truncatingIfNeeded: bits))
        }
        bytes.removeLast(bytes.count - byteCount)
        return Self.text(of: bytes) == text ? bytes : nil
    }
}
