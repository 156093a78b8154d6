/// An answer on the control connection (RFC 959, section 4.2): a code, and a text for people.
struct Reply: Equatable, Sendable {
    let code: Int
    private let lines: [String]

    init(_ code: Int, _ text: String) {
        self.code = code
        lines = [text]
    }

    /// An answer of several lines: a first, some between, a last (RFC 2389, section 3.2).
    init(_ code: Int, first: String, between: [String], last: String) {
        self.code = code
        lines = [first] + between + [last]
    }

    var isRefusal: Bool { code >= 400 }

    var bytes: [UInt8] {
        guard lines.count > 1 else { return Array("\(code) \(Self.printable(lines[0]))\r\n".utf8) }
        let between = lines.dropFirst().dropLast().map { " \($0)\r\n" }.joined()
        return Array("\(code)-\(lines[0])\r\n\(between)\(code) \(lines[lines.count - 1])\r\n".utf8)
    }

    /// A name that the client gave may come back in an answer: never as a line end or a control.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }
}
