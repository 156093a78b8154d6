/// What an image may be, in a manifest as in a scenario.
package enum ImageLimits {
    /// Far more than a card's flash holds.
    package static let maximumImage = ByteCount.gibibytes(16)
    /// The card protocol has a byte for the length of a version; people read them.
    package static let maximumVersionBytes = 64
}

extension Setting {
    /// An image's version: 1 to 64 letters, digits and `. _ + ~ -`.
    package func version() -> String? {
        let expectation =
            "a version such as 2.0.0: up to \(ImageLimits.maximumVersionBytes) letters, digits, '.', '_', '+', '~' and '-'"
        guard let text = text(expectation) else { return nil }
        let isVersion = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: ".+_~-".utf8.contains(byte)
            }
        }
        guard isVersion, text.utf8.count <= ImageLimits.maximumVersionBytes else {
            report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        return text
    }
}
