package import Glibc
import Runtime

/// A file that is written from its beginning to its end.
package struct OutputFile {
    private let path: String
    private let descriptor: CInt

    /// Makes the file anew, lets `body` fill it, and closes it.
    ///
    /// - Parameter mode: who may read it (open(2)).
    /// - Throws: what cannot be written, with the path: a full disk, say; the file is removed then.
    package static func write(
        _ path: String, mode: mode_t = 0o644, _ body: (OutputFile) throws(ShelfError) -> Void
    ) throws(ShelfError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw ShelfError("\(path) cannot be written: \(SystemError.last)") }
        do {
            try body(OutputFile(path: path, descriptor: descriptor))
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        guard close(descriptor) == 0 else { throw ShelfError("\(path) cannot be written: \(SystemError.last)") }
    }

    package func append(_ bytes: UnsafeRawBufferPointer) throws(ShelfError) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw ShelfError("\(path) cannot be written: \(SystemError.last); is the disk full?")
            }
            written += count
        }
    }

    package func append(_ text: String) throws(ShelfError) {
        let bytes = Array(text.utf8)
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(ShelfError) in try append(buffer) }
        }
        try result.get()
    }
}
