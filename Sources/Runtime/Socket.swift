import CSystem
import Glibc

/// A non-blocking stream socket as system calls with their errors; closed when it is let go.
final class Socket: Sendable {
    let descriptor: CInt

    private init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// A new socket of the address's family (socket(2)).
    convenience init(family: CInt) throws(SystemError) {
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        self.init(try SystemError.check(socket(family, type, 0)))
    }

    deinit {
        close(descriptor)
    }

    func set(_ level: CInt, _ option: CInt, to value: CInt) throws(SystemError) {
        var value = value
        _ = try SystemError.check(setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size)))
    }

    /// Sets what `options` says, and TCP_NODELAY: a held-back acknowledgement costs 40 ms a section.
    func apply(_ options: SocketOptions) throws(SystemError) {
        try set(CInt(IPPROTO_TCP), TCP_NODELAY, to: 1)
        if let bytes = options.sendBufferBytes { try set(SOL_SOCKET, SO_SNDBUF, to: CInt(bytes)) }
        if let bytes = options.receiveBufferBytes { try set(SOL_SOCKET, SO_RCVBUF, to: CInt(bytes)) }
        if let timeout = options.deadPeerTimeout {
            let milliseconds = CInt(clamping: timeout.wholeNanoseconds / 1_000_000)
            try set(CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, to: milliseconds)
            // An idle connection is probed every second, so that a dead peer is noticed there too.
            try set(SOL_SOCKET, SO_KEEPALIVE, to: 1)
            try set(CInt(IPPROTO_TCP), TCP_KEEPIDLE, to: 1)
            try set(CInt(IPPROTO_TCP), TCP_KEEPINTVL, to: 1)
        }
    }

    func bind(_ address: SocketAddress) throws(SystemError) {
        var address = address
        _ = try SystemError.check(address.withPointer { Glibc.bind(descriptor, $0, $1) })
    }

    func listen(backlog: CInt) throws(SystemError) {
        _ = try SystemError.check(Glibc.listen(descriptor, backlog))
    }

    /// Starts to connect; the outcome is known when the socket becomes writable (connect(2), EINPROGRESS).
    func startConnecting(_ address: SocketAddress) throws(SystemError) {
        var address = address
        let status = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        if status < 0 && errno != EINPROGRESS { throw .last }
    }

    /// The pending error of the socket (SO_ERROR), which is how a connection attempt tells its outcome.
    func pendingError() -> SystemError? {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return .last }
        return code == 0 ? nil : SystemError(code: code)
    }

    /// The next connection, or nil when none waits (accept4(2)).
    ///
    /// A peer that gave up before it was accepted is passed over: others may wait behind it, and no edge would tell.
    func accept() throws(SystemError) -> Socket? {
        while true {
            let accepted = csystem_accept(descriptor)
            switch -accepted {
            case ...0: return Socket(accepted)
            case EAGAIN: return nil
            case ECONNABORTED, EINTR: continue
            default: throw SystemError(code: -accepted)
            }
        }
    }

    var localEndpoint: Endpoint { SocketAddress.endpoint { getsockname(descriptor, $0, $1) } }
    var remoteEndpoint: Endpoint { SocketAddress.endpoint { getpeername(descriptor, $0, $1) } }
}
