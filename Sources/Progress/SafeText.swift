/// Text from cards and servers, for a terminal: whatever could move the cursor, or take more than a column, is told by its number.
package enum SafeText {
    package static func escaped(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if (0x20..<0x7F).contains(scalar.value) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    /// The beginning of an ASCII text that fits, with a mark where something is missing.
    package static func cut(_ text: String, to width: Int) -> String {
        guard text.utf8.count > width else { return text }
        return width >= 8 ? String(text.prefix(width - 3)) + "..." : String(text.prefix(max(0, width)))
    }
}
