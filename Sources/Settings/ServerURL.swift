/// Where a file lies, `SCHEME://HOST[:PORT]/PATH` on a server or `file:///PATH` on this machine, checked to hold nothing
/// that would change the commands sent to a server.
package struct ServerURL: Hashable, Sendable, CustomStringConvertible {
    package static let maximumBytes = 2048

    /// As it was written.
    package let description: String
    package let scheme: ServerScheme
    /// A name or a numeric address, the latter without brackets. Empty for a file.
    package let host: String
    /// 0 for a file.
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

    /// - Parameter schemes: those that may be used here.
    /// - Throws: what is wrong, and what to do about it. The text itself is not part of it: it may hold a password.
    package init(_ text: String, schemes: [ServerScheme] = ServerScheme.allCases) throws(Refusal) {
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
        guard let scheme = ServerScheme(rawValue: text[..<colon].lowercased()), schemes.contains(scheme) else {
            throw Refusal("begins with \(text[...colon].quoted); expected one of \(ServerScheme.text(schemes))")
        }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.contains("@") else {
            throw Refusal(
                "has a user or a password in it; use user and password_file, or the environment variable CE_PASSWORD")
        }
        let (host, port) = try Self.hostAndPort(authority, scheme)
        let path = rest[slash...]
        try Self.checkPath(path, scheme)
        description = text
        self.scheme = scheme
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

    /// The path without its percent signs: of a file, as open(2) takes it.
    package var decodedPath: String { String(decoding: Self.decoded(path[...]) ?? [], as: UTF8.self) }

    /// The URL of the file that lies beside this one and has its name with `suffix` behind it.
    ///
    /// - Parameter suffix: letters, digits, `.`, `_` and `-` only.
    package func appending(_ suffix: String) -> ServerURL? {
        try? ServerURL(description + suffix)
    }

    private static func hostAndPort(
        _ authority: Substring, _ scheme: ServerScheme
    ) throws(Refusal) -> (String, UInt16) {
        guard let defaultPort = scheme.defaultPort else {
            guard authority.isEmpty else { throw Refusal("names a host; expected file:///PATH, with three slashes") }
            return ("", 0)
        }
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
        guard !host.isEmpty, isName else { throw Refusal("has no host name; expected \(Self.form(of: scheme))") }
        guard let portText else { return (String(host), defaultPort) }
        guard portText.allSatisfy(\.isDecimalDigit), let port = UInt16(portText), port > 0 else {
            throw Refusal("has the port \(portText.quoted); expected a number from 1 to 65535")
        }
        return (String(host), port)
    }

    private static func form(of scheme: ServerScheme) -> String {
        scheme == .file ? "file:///PATH" : "\(scheme.rawValue)://HOST[:PORT]/PATH"
    }

    private static func checkPath(_ path: Substring, _ scheme: ServerScheme) throws(Refusal) {
        guard path.first == "/" else { throw Refusal("has no path; expected \(form(of: scheme))") }
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
    /// The URL of a file.
    ///
    /// - Parameter schemes: those that may be used here; a file of this machine is not among them by itself.
    package func serverURL(_ schemes: [ServerScheme] = ServerScheme.ofServers) -> ServerURL? {
        guard let text = text("a URL such as ftp://127.0.0.1:2121/adsl-2.0.0.img") else { return nil }
        do throws(ServerURL.Refusal) {
            return try ServerURL(text, schemes: schemes)
        } catch {
            report(error.message)
            return nil
        }
    }
}
