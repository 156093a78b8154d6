import Glibc
import Runtime
package import ShelfModel

/// The folder of a scenario's newest run, `runs/NAME/`: emptied at the start, and locked while the run lasts.
package final class RunFolder: Sendable {
    package let path: String
    private let lock: CInt

    /// - Parameter root: the folder of all runs; made when it is missing.
    /// - Throws: a folder that cannot be made or emptied, or that another run uses.
    package init(root: String, name: String) throws(ShelfError) {
        try Self.make(root)
        path = "\(root)/\(name)"
        lock = try Self.lock("\(root)/.\(name).lock", for: name)
        // From here on the lock goes with the folder.
        try Self.remove(path)
        // Whoever may write there would make the cards' flash; vsftpd, which serves the folder, is another user.
        for folder in [path, serverPath, flashPath] { try Self.make(folder, mode: folder == flashPath ? 0o700 : 0o755) }
    }

    /// The lock stands beside the folder, which is removed and made anew (flock(2)).
    private static func lock(_ path: String, for name: String) throws(ShelfError) -> CInt {
        let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw ShelfError("\(path) cannot be opened: \(SystemError.last)") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw ShelfError("another run of \(name) has not ended; wait for it, or give --runs another folder")
        }
        return lock
    }

    deinit {
        close(lock)
    }

    /// What the file server serves.
    package var serverPath: String { "\(path)/server" }
    /// A file per card.
    package var flashPath: String { "\(path)/flash" }

    package func flashFile(ofSlot slot: Int) -> String { "\(flashPath)/slot-\(slot).flash" }

    /// Removes the cards' flash, which takes as much room as all their images.
    package func removeFlash() throws(ShelfError) {
        try Self.remove(flashPath)
    }

    /// Writes a small file, whole or not at all.
    package func write(_ text: String, to name: String) throws(ShelfError) {
        let target = "\(path)/\(name)"
        let draft = target + ".new"
        try OutputFile.write(draft) { (file) throws(ShelfError) in try file.append(text) }
        guard rename(draft, target) == 0 else { throw ShelfError("\(target) cannot be written: \(SystemError.last)") }
    }

    /// Writes a small file that only its owner may read.
    package func writeSecret(_ bytes: [UInt8], to name: String) throws(ShelfError) {
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(ShelfError) in
                try OutputFile.write("\(path)/\(name)", mode: 0o600) { (file) throws(ShelfError) in
                    try file.append(bytes)
                }
            }
        }
        try outcome.get()
    }

    private static func make(_ path: String, mode: mode_t = 0o755) throws(ShelfError) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw ShelfError("the folder \(path) cannot be made: \(SystemError.last)")
        }
    }

    /// Removes a file, or a folder with everything in it; a link is removed, never followed. Does nothing where nothing is.
    private static func remove(_ path: String) throws(ShelfError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(in: path) { try remove("\(path)/\(name)") }
        }
        guard Glibc.remove(path) == 0 else { throw ShelfError("\(path) cannot be removed: \(SystemError.last)") }
    }

    private static func names(in folder: String) throws(ShelfError) -> [String] {
        guard let directory = opendir(folder) else { throw ShelfError("\(folder) cannot be read: \(SystemError.last)") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
