import CardSoftware
import Glibc

/// What this program says of itself: the stamp that was put behind it when it became an image.
enum OwnStamp {
    static var version: String? {
        let descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > SoftwareStamp.byteCount else { return nil }
        var bytes = [UInt8](repeating: 0, count: SoftwareStamp.byteCount)
        let count = bytes.withUnsafeMutableBytes {
            pread(descriptor, $0.baseAddress, $0.count, size - off_t(SoftwareStamp.byteCount))
        }
        return count == bytes.count ? SoftwareStamp.version(in: bytes) : nil
    }
}
