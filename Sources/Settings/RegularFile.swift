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
    ///   - followsLinks: whether the name itself may be a symbolic link.
    ///   - check: looks at the status of the very file that is then read, and throws to refuse it.
    /// - Throws: why it cannot be read; never a part of its contents.
    package static func read(
        _ path: String, limitBytes: Int, followsLinks: Bool = true,
        check: (stat) throws(FileError) -> Void = { _ in }
    ) throws(FileError) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw FileError("cannot be opened: its name has a NUL byte") }
        // Without O_NONBLOCK, opening a pipe that nobody writes to would never return.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else {
            throw errno == ELOOP && !followsLinks
                ? FileError("is a symbolic link; name the file itself") : .failed("cannot be opened")
        }
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

    /// Reads a file that is nobody else's: a password, a private key.
    ///
    /// - Throws: also for a file that others may read or write (its mode must be 0600 or 0400), one of another user, and a link, whose
    ///   owner could put another file in its place.
    package static func readSecret(_ path: String, limitBytes: Int) throws(FileError) -> [UInt8] {
        try read(path, limitBytes: limitBytes, followsLinks: false) { status throws(FileError) in
            guard status.st_mode & 0o077 == 0 else {
                let mode = String(status.st_mode & 0o777, radix: 8)
                throw FileError("may be read by others (mode 0\(mode)); chmod 600 it")
            }
            guard status.st_uid == geteuid() else { throw FileError("belongs to another user") }
        }
    }
}
