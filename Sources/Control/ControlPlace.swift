import Glibc
import Runtime

/// Where a CE listens to its operator: a socket in a folder that its user alone can enter, and a lock beside it.
///
/// The lock (flock(2)) says whether a CE runs: the socket's file of one that was killed stays behind.
package final class ControlPlace: Sendable {
    /// Of the socket.
    package let path: String
    private let lock: CInt

    package static let fileName = "ce.sock"

    /// Why a place cannot be had.
    package struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// `$XDG_RUNTIME_DIR/ce.sock`, or `/tmp/ce-UID/ce.sock` where that is not set.
    package static var defaultPath: String {
        if let folder = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), folder.hasPrefix("/") {
            return "\(folder)/\(fileName)"
        }
        return "/tmp/ce-\(geteuid())/\(fileName)"
    }

    /// Takes a place, and makes its folder where it is missing.
    ///
    /// - Throws: another CE that has it; a folder that others may enter; a path that is too long.
    package init(_ path: String) throws(Refusal) {
        guard path.utf8.count <= LocalNetwork.longestPathBytes else {
            throw Refusal(
                description: "the control socket's path \(path) has more than \(LocalNetwork.longestPathBytes) bytes")
        }
        try Self.checkFolder(of: path, isMade: true)
        let lockPath = path + ".lock"
        let lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw Refusal(description: "\(lockPath) cannot be opened: \(SystemError.last)") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw Refusal(
                description:
                    "another ce runs here (control socket \(path)); ask it by ce status, or give --control PATH")
        }
        // Of one that was killed.
        unlink(path)
        self.path = path
        self.lock = lock
    }

    deinit {
        close(lock)
    }

    /// Makes sure that nobody else can have put a socket there.
    ///
    /// - Parameter isMade: whether a folder that is missing is made.
    /// - Throws: a folder that is missing, belongs to another user, or lets others in.
    package static func checkFolder(of path: String, isMade: Bool = false) throws(Refusal) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if isMade && !folder.isEmpty { mkdir(folder, 0o700) }
        var status = stat()
        guard lstat(folder.isEmpty ? "/" : folder, &status) == 0 else {
            throw Refusal(description: "no ce runs here: \(folder) does not exist (control socket \(path))")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw Refusal(description: "\(folder) is no folder; a control socket needs one")
        }
        guard status.st_uid == geteuid() else {
            throw Refusal(
                description: "the folder \(folder) of the control socket belongs to another user; give --control PATH")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw Refusal(
                description:
                    "the folder \(folder) of the control socket lets others in (mode 0\(mode)); chmod 700 it, or give --control PATH"
            )
        }
    }
}
