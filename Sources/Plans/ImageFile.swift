import Glibc
package import Settings

/// An image in a file, read in chunks: whatever its size, it costs a chunk of memory.
package enum ImageFile {
    private static let chunkBytes = 1 << 20

    /// - Throws: why it cannot be read, as the end of a sentence that begins with its name.
    package static func size(of path: String) throws(FileError) -> UInt64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError.failed("cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("is not a regular file") }
        guard status.st_size > 0 else { throw FileError("is empty; an image has at least one byte") }
        return UInt64(status.st_size)
    }

    /// Hands over all of it, in order.
    package static func read(
        _ path: String, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileError) {
        _ = try size(of: path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError.failed("cannot be opened") }
        defer { close(descriptor) }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
        defer { chunk.deallocate() }
        while true {
            let count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileError.failed("cannot be read") }
            if count == 0 { return }
            body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        }
    }
}
