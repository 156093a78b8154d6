import Glibc
import Settings

/// A file that only its owner may read.
enum SecretFile {
    static func check(_ status: stat) throws(FileError) {
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw FileError("may be read by others (mode 0\(mode)); chmod 600 it")
        }
        guard status.st_uid == geteuid() else { throw FileError("belongs to another user") }
    }
}
