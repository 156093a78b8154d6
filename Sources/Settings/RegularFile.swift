package import Glibc

/// Why a file could not be read, as the end of a sentence that begins with its name.
package struct FileError: Error, Equatable, Sendable {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }

    package static func failed(_ what: String) -> FileError {
        FileError("\(what): \(String(cString: strerror(errno)))")
    }
}

/// Reads a whole small file.
package enum RegularFile {
    /// - Parameters:
    ///   - limitBytes: a larger file is not read.
    ///   - followsLink: whether the path may be a symbolic link to the file.
    ///   - check: looks at the status of the very file that is then read, and throws to refuse it.
    /// - Throws: why it cannot be read; never a part of its contents.
    package static func read(
        _ path: String, limitBytes: Int, followsLink: Bool = true,
        check: (stat) throws(FileError) -> Void = { _ in }
    ) throws(FileError) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw FileError("cannot be opened: its name has a NUL byte") }
        // Without O_NONBLOCK, opening a pipe that nobody writes to would never return.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW))
        // open(2): so it says no to a link.
        if descriptor < 0 && errno == ELOOP && !followsLink { throw FileError("is a link; name the file itself") }
        guard descriptor >= 0 else { throw .failed("cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .failed("cannot be read") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw FileError("is a folder, not a file")
        default: throw FileError("is not a regular file")
        }
        try check(status)
        // One byte more than the limit tells a file that is too large, whatever its status said.
        var bytes = [UInt8](repeating: 0, count: min(limitBytes, max(0, status.st_size)) + 1)
        var count = 0
        while count < bytes.count {
            let result = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count)
            }
            if result == 0 { break }
            guard result > 0 else {
                if errno == EINTR { continue }
                throw .failed("cannot be read")
            }
            count += result
        }
        guard count <= limitBytes else {
            throw FileError("has more than \(ByteCount(UInt64(limitBytes))), the most that is read")
        }
        return Array(bytes[..<count])
    }
}
