import Glibc
import Runtime

/// An open regular file, with the size and time that it had when it was opened.
final class ServedFile: Sendable {
    private let descriptor: CInt
    let byteCount: UInt64
    let modified: ModificationTime

    /// - Throws: the error of fstat(2), or EINVAL when it is no regular file.
    init(_ opened: consuming OwnedDescriptor) throws(SystemError) {
        var status = stat()
        _ = try SystemError.check(fstat(opened.value, &status))
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError(code: EINVAL) }
        byteCount = UInt64(status.st_size)
        modified = ModificationTime(status.st_mtim)
        descriptor = opened.release()
    }

    deinit {
        close(descriptor)
    }

    /// Reads what stands at `offset`; 0 at the end (pread(2)).
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemError) -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw .last }
        }
    }
}
