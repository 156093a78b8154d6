/// A file's text, checked to be text: UTF-8 without control characters, and no longer than the limit.
package struct SourceText: Sendable {
    /// As it was named; stands in every diagnostic.
    package let file: String
    /// Without a byte order mark.
    package let text: String

    /// - Throws: the place of the first byte that is not UTF-8 or of the first control character; a text beyond
    ///   `SettingsLimits.maximumFileBytes`.
    package init(file: String, bytes: [UInt8]) throws(SettingsError) {
        func failure(_ message: String, after text: some StringProtocol) -> SettingsError {
            let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            return SettingsError([
                Diagnostic(file: file, line: lines.count, column: lines.last!.count + 1, message: message)
            ])
        }
        let limit = SettingsLimits.maximumFileBytes
        guard bytes.count <= limit else {
            let message = "has more than \(ByteCount(UInt64(limit))), the most that is read"
            throw SettingsError([Diagnostic(file: file, message: message)])
        }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = bytes.starts(with: byteOrderMark) ? bytes[3...] : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            let valid = Self.validPrefix(of: content)
            let byte = String(content[content.startIndex + valid.utf8.count], radix: 16, uppercase: true)
            throw failure("byte 0x\(byte) is not UTF-8; save the file as UTF-8 text", after: valid)
        }
        if let index = text.unicodeScalars.firstIndex(where: { $0.isForbiddenControl }) {
            let code = String(text.unicodeScalars[index].value, radix: 16, uppercase: true)
            throw failure("control character 0x\(code); a settings file is text", after: text[..<index])
        }
        self.file = file
        self.text = text
    }

    /// - Throws: why the file cannot be read, and what is wrong with its text.
    package init(contentsOf path: String) throws(SettingsError) {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.read(path, limitBytes: SettingsLimits.maximumFileBytes)
        } catch {
            throw SettingsError([Diagnostic(file: path, message: error.message)])
        }
        try self.init(file: path, bytes: bytes)
    }

    private static func validPrefix(of bytes: ArraySlice<UInt8>) -> String {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var prefix = String.UnicodeScalarView()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { prefix.append(scalar) }
        return String(prefix)
    }
}

extension Unicode.Scalar {
    /// A control character that has no place in a text file (YAML 1.1, section 4.1.1).
    var isForbiddenControl: Bool {
        properties.generalCategory == .control && !["\t", "\n", "\r", "\u{85}"].contains(self)
    }
}
