extension StringProtocol {
    /// The text between single quotes for a message: control characters escaped, since it goes to a terminal, and no
    /// longer than a line has room for.
    package var quoted: String {
        "'\(Self.escaped(unicodeScalars))'"
    }

    private static func escaped(_ scalars: some BidirectionalCollection<Unicode.Scalar>) -> String {
        /// As much of a wrong value as tells it from others.
        let maximumQuotedScalars = 80
        var text = ""
        for scalar in scalars.prefix(maximumQuotedScalars) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return scalars.dropFirst(maximumQuotedScalars).isEmpty ? text : text + "…"
    }
}
