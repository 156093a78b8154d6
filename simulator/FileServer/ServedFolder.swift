import Glibc
import Runtime

/// The folder that a file server serves, held by its descriptor. Nothing outside of it can be reached: every name on the way
/// is opened by itself, below the one before, and no symbolic link is followed (openat(2), O_NOFOLLOW).
final class ServedFolder: Sendable {
    /// Entries that one listing has at most; the rest is left out. A store of images has a few.
    static let listingLimit = 1000

    private let descriptor: CInt

    /// - Throws: the error of open(2).
    init(path: String) throws(SystemError) {
        descriptor = try SystemError.check(Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    deinit {
        close(descriptor)
    }

    /// Opens a regular file.
    ///
    /// - Throws: the error of openat(2): ELOOP or ENOTDIR for a symbolic link, EISDIR, or EINVAL for what is no regular file.
    func openFile(_ path: ServerPath) throws(SystemError) -> ServedFile {
        guard let name = path.names.last else { throw SystemError(code: EISDIR) }
        let folder = try openFolder(path.names.dropLast())
        // Not blocking: a named pipe would hold the whole server up until somebody writes to it.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        return try ServedFile(OwnedDescriptor(Self.openBelow(name, in: folder.value, flags)))
    }

    /// Whether a folder can be opened there.
    func checkFolder(_ path: ServerPath) throws(SystemError) {
        _ = try openFolder(path.names[...])
    }

    /// The files and folders in a folder, by name.
    ///
    /// - Throws: the error of openat(2) or fdopendir(3).
    func entries(_ path: ServerPath) throws(SystemError) -> [FolderEntry] {
        let folder = try openFolder(path.names[...])
        guard let stream = fdopendir(folder.value) else { throw .last }
        let descriptor = folder.release()
        // Closes the descriptor too (fdopendir(3)).
        defer { closedir(stream) }
        var entries: [FolderEntry] = []
        while entries.count < Self.listingLimit, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: UInt8.self, capacity: 256) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen(pointer)))
                }
            }
            if let entry = FolderEntry(name, in: descriptor) { entries.append(entry) }
        }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    private func openFolder(_ names: ArraySlice<[UInt8]>) throws(SystemError) -> OwnedDescriptor {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        // A descriptor of its own, not a dup(2): listings of two sessions must not share a position.
        var folder = try OwnedDescriptor(Self.openBelow([UInt8(ascii: ".")], in: descriptor, flags))
        for name in names { folder = try OwnedDescriptor(Self.openBelow(name, in: folder.value, flags)) }
        return folder
    }

    private static func openBelow(_ name: [UInt8], in folder: CInt, _ flags: CInt) -> CInt {
        (name + [0]).withUnsafeBytes { openat(folder, $0.assumingMemoryBound(to: CChar.self).baseAddress!, flags) }
    }
}

/// One line of a listing.
struct FolderEntry {
    let name: [UInt8]
    let isFolder: Bool
    let bytes: Int
    let modified: ModificationTime

    /// nil for what the server would not serve: links, devices, hidden files, names that would break a line.
    init?(_ name: [UInt8], in folder: CInt) {
        guard name.first != UInt8(ascii: "."), name.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        var status = stat()
        let outcome = (name + [0]).withUnsafeBytes {
            fstatat(folder, $0.assumingMemoryBound(to: CChar.self).baseAddress!, &status, AT_SYMLINK_NOFOLLOW)
        }
        let kind = status.st_mode & S_IFMT
        guard outcome == 0, kind == S_IFREG || kind == S_IFDIR else { return nil }
        self.name = name
        isFolder = kind == S_IFDIR
        bytes = Int(status.st_size)
        modified = ModificationTime(status.st_mtim)
    }

    /// A line as ls(1) writes it, which clients know how to read.
    var longLine: [UInt8] {
        let size = String(bytes)
        let padding = String(repeating: " ", count: max(0, 12 - size.count))
        let text = "\(isFolder ? "d" : "-")r--r--r-- 1 ftp ftp \(padding)\(size) \(modified.listed) "
        return Array(text.utf8) + name
    }
}
