import Glibc
import Runtime
import ShelfModel

/// The folder of a scenario's newest run, `runs/NAME/`: emptied at the start, and locked while the run lasts.
package struct RunFolder: ~Copyable {
    package let path: String
    private let lock: CInt

    /// - Parameter root: the folder of all runs; made when it is missing.
    /// - Throws: a folder that cannot be made or emptied, or that another run uses.
    package init(root: String, name: String) throws(ShelfError) {
        path = "\(root)/\(name)"
        try Self.make(root)
        // Beside the folder, which is removed and made anew.
        let lockPath = "\(root)/.\(name).lock"
        lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw ShelfError("\(lockPath) cannot be opened: \(SystemError.last)") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw ShelfError("\(path) is in use: another run of \(name) has not ended; wait for it, or give --runs another folder")
        }
        do {
            try Self.remove(path)
            for folder in [path, serverPath, flashPath] { try Self.make(folder) }
        } catch {
            close(lock)
            throw error
        }
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

    private static func make(_ path: String) throws(ShelfError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw ShelfError("the folder \(path) cannot be made: \(SystemError.last)")
        }
    }

    /// Removes a file, or a folder with everything in it; a link is removed, never followed (nftw(3)).
    private static func remove(_ path: String) throws(ShelfError) {
        let status = nftw(
            path, { path, _, _, _ in Glibc.remove(path!) }, 16, FTW_DEPTH.rawValue | FTW_PHYS.rawValue)
        guard status == 0 || errno == ENOENT else { throw ShelfError("\(path) cannot be removed: \(SystemError.last)") }
    }
}
