import Foundation
import Glibc

/// A server on a free port of the loopback interface that does with each connection what its conduct says.
final class HostileServer: @unchecked Sendable {
    let port: UInt16
    private let listener: CInt
    private let conduct: @Sendable (Wire, _ session: Int) -> Void
    private let lock = NSLock()
    private var wires: [Wire] = []
    private var sessionCount = 0
    private var isStopped = false

    /// - Parameter conduct: is called on a thread of each connection, with its number from 0 on.
    init(_ conduct: @escaping @Sendable (Wire, _ session: Int) -> Void) throws {
        (listener, port) = try Self.listen()
        self.conduct = conduct
        // SSL_write(3) has no MSG_NOSIGNAL, and clients go when they like.
        signal(SIGPIPE, SIG_IGN)
        Thread { [self] in accept() }.start()
    }

    /// Ends all connections.
    func stop() {
        let open = lock.withLock {
            isStopped = true
            return wires
        }
        shutdown(listener, CInt(SHUT_RDWR))
        for wire in open { wire.interrupt() }
    }

    /// How many connections came.
    var sessions: Int { lock.withLock { sessionCount } }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let wire = Wire(descriptor)
            let session = lock.withLock { () -> Int? in
                guard !isStopped else { return nil }
                wires.append(wire)
                sessionCount += 1
                return sessionCount - 1
            }
            guard let session else { break }
            Thread { [self] in
                conduct(wire, session)
                lock.withLock { wires.removeAll { $0 === wire } }
            }.start()
        }
        close(listener)
    }

    /// A listening socket and its port.
    static func listen() throws -> (socket: CInt, port: UInt16) {
        let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port: UInt16? = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(socket, address, length) == 0, Glibc.listen(socket, 16) == 0,
                    getsockname(socket, address, &length) == 0
                else { return nil }
                return pointer.pointee.sin_port.bigEndian
            }
        }
        guard let port else { throw POSIXError(.EADDRNOTAVAIL) }
        return (socket, port)
    }

    /// Takes the one connection that is to come to a socket of `listen`, and closes that.
    static func acceptOne(_ listener: CInt) -> Wire? {
        defer { close(listener) }
        var ready = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 5000) == 1 else { return nil }
        let descriptor = Glibc.accept(listener, nil, nil)
        return descriptor >= 0 ? Wire(descriptor) : nil
    }
}
