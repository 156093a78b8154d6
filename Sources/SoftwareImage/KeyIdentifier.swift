/// By which a key is named: the first 8 bytes of the SHA-256 of its 32 bytes. A name, no proof.
package struct KeyIdentifier: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 8

    package let value: UInt64

    package init(_ value: UInt64) {
        self.value = value
    }

    /// Reads 16 hexadecimal digits; nil for anything else.
    package init?(hexadecimal text: String) {
        guard text.utf8.count == 2 * Self.byteCount, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
            let value = UInt64(text, radix: 16)
        else { return nil }
        self.value = value
    }

    /// 16 hexadecimal digits.
    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 2 * Self.byteCount - digits.count) + digits
    }
}
