/// Where a file lies on a server: `ftp://HOST[:PORT]/PATH`, checked to hold nothing that would change the commands sent
/// to it.
package struct ServerURL: Hashable, Sendable, CustomStringConvertible {
    package static let maximumBytes = 2048
    package static let defaultPort: UInt16 = 21

    /// As it was written.
    package let description: String
    /// A name or a numeric address, the latter without brackets.
    package let host: String
    package let port: UInt16
    /// Begins with a slash; still percent-encoded.
    package let path: String

    /// Why a text is no URL that can be downloaded from, as the end of a sentence that begins with its key.
    package struct Refusal: Error, Equatable, Sendable {
        package let message: String

        init(_ message: String) {
            self.message = message
        }
    }

    /// - Throws: what is wrong, and what to do about it. The text itself is not part of it: it may hold a password.
    package init(_ text: String) throws(Refusal) {
        guard text.utf8.count <= Self.maximumBytes else {
            throw Refusal("has \(text.utf8.count) bytes; the most is \(Self.maximumBytes)")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Refusal(
                "has a blank, a control character or a letter beyond ASCII in it; write it as %20 and the like")
        }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw Refusal("is no URL; expected ftp://HOST[:PORT]/PATH, such as ftp://127.0.0.1:2121/adsl-2.0.0.img")
        }
        guard text[..<colon].lowercased() == "ftp" else {
            throw Refusal(
                "begins with \(text[...colon].quoted); this version downloads by ftp:// only, others come later")
        }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.contains("@") else {
            throw Refusal(
                "has a user or a password in it; use user and password_file, or the environment variable CE_PASSWORD")
        }
        let (host, port) = try Self.hostAndPort(authority)
        let path = rest[slash...]
        try Self.checkPath(path)
        description = text
        self.host = host
        self.port = port
        self.path = String(path)
    }

    /// The path's last part, decoded: a file's name. Empty for a folder.
    package var fileName: String {
        let last = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return String(decoding: Self.decoded(last) ?? [], as: UTF8.self)
    }

    package var isFolder: Bool { path.last == "/" }

    private static func hostAndPort(_ authority: Substring) throws(Refusal) -> (String, UInt16) {
        var host = authority
        var portText: Substring?
        if host.first == "[" {
            guard let bracket = host.firstIndex(of: "]") else { throw Refusal("lacks the ']' behind the address") }
            let rest = host[host.index(after: bracket)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw Refusal("has \(rest.quoted) between address and path")
            }
            portText = rest.isEmpty ? nil : rest.dropFirst()
            host = host[host.index(after: host.startIndex)..<bracket]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw Refusal("has no IPv6 address between its brackets")
            }
        } else if let colon = host.firstIndex(of: ":") {
            portText = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        let isName = host.allSatisfy {
            $0.isLetter || $0.isDecimalDigit || $0 == "." || $0 == "-" || $0 == ":" || $0 == "_"
        }
        guard !host.isEmpty, isName else { throw Refusal("has no host name; expected ftp://HOST[:PORT]/PATH") }
        guard let portText else { return (String(host), defaultPort) }
        guard portText.allSatisfy(\.isDecimalDigit), let port = UInt16(portText), port > 0 else {
            throw Refusal("has the port \(portText.quoted); expected a number from 1 to 65535")
        }
        return (String(host), port)
    }

    private static func checkPath(_ path: Substring) throws(Refusal) {
        guard path.first == "/" else {
            throw Refusal("has no path; expected ftp://HOST[:PORT]/PATH")
        }
        // libcurl cuts the text from '#' on, and takes what follows '?' or ';type=' for no part of the name.
        if let special = path.first(where: { "#?;".contains($0) }) {
            let code = String(special.asciiValue!, radix: 16, uppercase: true)
            throw Refusal("has a \(special.description.quoted) in its path; write it as %\(code)")
        }
        guard let bytes = decoded(path) else { throw Refusal("has a '%' without two hexadecimal digits behind it") }
        // In FTP the name goes into a command line, which a line break would end: another command could follow.
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw Refusal("has an encoded control character in it, such as %0d, %0a or %00")
        }
    }

    /// - Returns: nil when a percent sign has no two hexadecimal digits behind it.
    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            guard digits.count == 2 else { return nil }
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

extension Setting {
    /// The URL of a file on a server.
    package func serverURL() -> ServerURL? {
        guard let text = text("a URL such as ftp://127.0.0.1:2121/adsl-2.0.0.img") else { return nil }
        do throws(ServerURL.Refusal) {
            return try ServerURL(text)
        } catch {
            report(error.message)
            return nil
        }
    }
}
