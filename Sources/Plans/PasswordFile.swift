package import Settings

/// A file with a password and nothing else, which only its owner may read.
package enum PasswordFile {
    /// FTP servers cut a command at a few hundred bytes.
    package static let maximumBytes = 256

    /// Reads the password: the file's text without a line break at its end.
    ///
    /// - Throws: a file that cannot be read, that others may read (its mode must be 0600 or 0400), that belongs to another
    ///   user, that is a link, or whose text is no password. The password itself is never part of it.
    package static func read(_ path: String) throws(SettingsError) -> String {
        do throws(FileError) {
            let bytes = try RegularFile.read(
                path, limitBytes: maximumBytes + 2, followsLink: false, check: SecretFile.check)
            guard var text = String(validating: bytes, as: UTF8.self) else { throw FileError("is not UTF-8 text") }
            if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
            return try check(text)
        } catch {
            throw SettingsError([Diagnostic(file: path, message: error.message)])
        }
    }

    /// A password from elsewhere, such as an environment variable, held to the same rules.
    ///
    /// - Throws: why it is none, as the end of a sentence that begins with where it came from.
    package static func check(_ password: String) throws(FileError) -> String {
        guard !password.isEmpty else { throw FileError("is empty; expected a password") }
        guard password.utf8.count <= maximumBytes else { throw FileError("has more than \(maximumBytes) bytes") }
        // A line break would end the command that carries it, and begin another.
        guard !password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw FileError("has a line break or another control character in the password")
        }
        return password
    }
}
