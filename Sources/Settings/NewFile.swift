import Glibc

/// Writes a file that is either whole or not there.
package enum NewFile {
    /// Writes to a file of another name in the same folder, waits until it is on the disk (fsync(2)), and gives it its name (rename(2)): who
    /// looks sees the old file or the new one. A link in the file's place is replaced, not followed.
    ///
    /// - Parameters:
    ///   - isSecret: nobody but its owner may read it (mode 0600).
    ///   - replaces: false: a file that is there already is left alone.
    /// - Throws: why it cannot be written, as the end of a sentence that begins with its name; nothing is left then.
    package static func write(
        _ bytes: [UInt8], to path: String, isSecret: Bool = false, replaces: Bool = true
    ) throws(FileError) {
        guard !path.utf8.contains(0), !path.isEmpty else { throw FileError("cannot be written: that is no name") }
        let mode: mode_t = isSecret ? 0o600 : 0o644
        let temporary = "\(path).\(getpid()).new"
        // A left-over of a process of the same number, or somebody's trap: not used, and not followed.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw .failed("cannot be written") }
        do throws(FileError) {
            defer { close(descriptor) }
            // Whatever the umask says: a secret's mode must be its mode.
            guard fchmod(descriptor, mode) == 0 else { throw .failed("cannot be written") }
            try append(bytes, to: descriptor)
            guard fsync(descriptor) == 0 else { throw .failed("cannot be written") }
        } catch {
            unlink(temporary)
            throw error
        }
        // link(2) fails where the name is taken, rename(2) does not.
        let isNamed = replaces ? rename(temporary, path) == 0 : link(temporary, path) == 0
        let problem = FileError.failed("cannot be written")
        if !isNamed || !replaces { unlink(temporary) }
        guard isNamed else { throw problem }
        syncFolder(of: path)
    }

    private static func append(_ bytes: [UInt8], to descriptor: CInt) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .failed("cannot be written") }
            written += count
        }
    }

    /// The new name is on the disk, too. Where the folder cannot be opened, the file is there all the same.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
