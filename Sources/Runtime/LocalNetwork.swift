import Glibc

/// Unix-domain stream sockets on the event loop (unix(7)): for programs of one machine, by the path of a socket in the file
/// system.
package struct LocalNetwork {
    private let loop: EventLoop

    /// What sun_path has room for, without its end.
    package static let longestPathBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    package init(loop: EventLoop) {
        self.loop = loop
    }

    /// Connects to whoever listens at `path`.
    ///
    /// - Throws: ENOENT when there is no socket, ECONNREFUSED when nobody listens at it (connect(2)).
    package func connect(to path: String) throws(SystemError) -> any Connection {
        let socket = try Socket(family: AF_UNIX)
        var address = try LocalSocketAddress(path)
        // A local socket is connected at once, or not at all.
        _ = try SystemError.check(address.withPointer { Glibc.connect(socket.descriptor, $0, $1) })
        return TCPConnection(
            socket,
            readiness: try DescriptorReadiness(socket.descriptor, interest: [.readable, .writable], loop: loop),
            loop: loop)
    }

    /// Listens at `path`, which its user alone may connect to.
    ///
    /// - Throws: EADDRINUSE when there is a file of that name (bind(2)).
    package func listen(at path: String) throws(SystemError) -> LocalListener {
        let socket = try Socket(family: AF_UNIX)
        var address = try LocalSocketAddress(path)
        _ = try SystemError.check(address.withPointer { Glibc.bind(socket.descriptor, $0, $1) })
        do {
            // To connect takes the right to write.
            _ = try SystemError.check(chmod(path, 0o600))
            try socket.listen(backlog: LocalListener.backlog)
            return try LocalListener(socket, path: path, loop: loop)
        } catch {
            unlink(path)
            throw error
        }
    }
}

/// A listening Unix-domain socket on the event loop; its file goes with it.
package final class LocalListener: Sendable {
    /// Connections that the kernel completes before they are accepted.
    static let backlog: CInt = 16

    private let path: String
    private let socket: LoopBound<Socket?>
    private let readiness: LoopBound<DescriptorReadiness>
    private let loop: EventLoop

    init(_ socket: Socket, path: String, loop: EventLoop) throws(SystemError) {
        self.path = path
        self.loop = loop
        readiness = LoopBound(try DescriptorReadiness(socket.descriptor, interest: .readable, loop: loop), on: loop)
        self.socket = LoopBound(socket, on: loop)
    }

    /// Waits for the next peer of this user, or of root; others are turned away.
    ///
    /// - Throws: `closed` after `close`, `cancelled` when the task is cancelled, `lost` when the system is short of something.
    package func accept() async throws(ConnectionError) -> any Connection {
        while true {
            try await readiness.value.waitUntilReadable()
            guard let socket = socket.value else { throw .closed }
            do {
                guard let accepted = try socket.accept() else {
                    readiness.value.isReadable = false
                    continue
                }
                guard let user = accepted.peerUser, user == geteuid() || user == 0 else { continue }
                return TCPConnection(
                    accepted,
                    readiness: try DescriptorReadiness(
                        accepted.descriptor, interest: [.readable, .writable], loop: loop),
                    loop: loop)
            } catch {
                throw .lost(error)
            }
        }
    }

    package func close() {
        guard socket.value != nil else { return }
        readiness.value.close()
        socket.value = nil
        unlink(path)
    }
}

/// The path of a socket in the form of the socket calls: sockaddr_un (unix(7)).
private struct LocalSocketAddress {
    private var storage = sockaddr_un()

    /// - Throws: ENAMETOOLONG, ENOENT for an empty path.
    init(_ path: String) throws(SystemError) {
        let bytes = Array(path.utf8)
        guard bytes.count <= LocalNetwork.longestPathBytes else { throw SystemError(code: ENAMETOOLONG) }
        guard !bytes.isEmpty else { throw SystemError(code: ENOENT) }
        storage.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &storage.sun_path) { $0.copyBytes(from: bytes) }
    }

    mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

extension Socket {
    /// The user of the process at the other end of a local socket (SO_PEERCRED, unix(7)).
    fileprivate var peerUser: uid_t? {
        // struct ucred, which the Glibc module does not carry: pid, uid, gid.
        var credentials: (pid_t, uid_t, gid_t) = (0, 0, 0)
        var length = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
        return credentials.1
    }
}
