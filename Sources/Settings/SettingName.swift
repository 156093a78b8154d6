/// A name that can be a file's and a folder's too: 1 to 64 of `A-Z a-z 0-9 . _ -`, not beginning with a dot or a dash.
package struct SettingName: Hashable, Sendable, CustomStringConvertible {
    package static let maximumBytes = 64
    package static let expectation =
        "a name of 1 to 64 letters, digits, '.', '_' and '-' that begins with a letter, a digit or '_'"

    package let description: String

    /// - Returns: nil when the text is no name.
    package init?(_ text: String) {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isName, (1...Self.maximumBytes).contains(text.utf8.count), text.first != ".", text.first != "-" else {
            return nil
        }
        description = text
    }
}
