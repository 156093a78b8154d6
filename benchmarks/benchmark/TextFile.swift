import FoundationEssentials

/// A small file's text.
enum TextFile {
    /// nil when it cannot be read.
    static func read(_ path: String) -> String? {
        (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The first field of that name in a file of lines such as `name: value` (proc(5)).
    static func field(_ name: String, in path: String) -> String? {
        for line in (read(path) ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmed == name else { continue }
            return parts[1].trimmed
        }
        return nil
    }

    /// A field that is given in kB, in bytes.
    static func memoryField(_ name: String, in path: String) -> Int? {
        field(name, in: path).flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 * 1024 }
    }
}

extension Substring {
    /// Without blanks and line breaks at its ends.
    var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
