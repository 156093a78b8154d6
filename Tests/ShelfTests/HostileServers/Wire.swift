import COpenSSL
import Foundation
import Glibc

/// One connection of a server that misbehaves: blocking, on a thread of its own, so that what it does reads as it happens.
final class Wire: @unchecked Sendable {
    private let descriptor: CInt
    private var input: [UInt8] = []
    /// Everything is encrypted from here on (SSL_read(3), SSL_write(3)), when it is there.
    private var session: OpaquePointer?

    /// Nothing here waits longer, whatever the client does. In seconds.
    private static let patienceSeconds = 15
    private static let lineLimitBytes = 8192

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var one: CInt = 1
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
    }

    deinit {
        if let session { SSL_free(session) }
        close(descriptor)
    }

    /// Waits for the client's handshake, as a server.
    ///
    /// - Parameter certificate: a PEM file with its key in it.
    /// - Returns: false when the client does not want it.
    func encrypt(_ certificate: String, isOld: Bool = false) -> Bool {
        guard let context = SSL_CTX_new(TLS_server_method()) else { return false }
        defer { SSL_CTX_free(context) }
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1,
            SSL_CTX_use_PrivateKey_file(context, certificate, SSL_FILETYPE_PEM) == 1
        else { return false }
        if isOld {
            // TLS 1.1 needs what newer security levels forbid (SSL_CTX_set_security_level(3)).
            SSL_CTX_set_security_level(context, 0)
            SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_1_VERSION), nil)
        }
        session = SSL_new(context)
        defer { ERR_clear_error() }
        return SSL_set_fd(session, descriptor) == 1 && SSL_accept(session) == 1
    }

    /// Ends the encrypted stream in order (close_notify).
    func closeNotify() {
        if let session { SSL_shutdown(session) }
        ERR_clear_error()
    }

    /// A line without its end; nil when the client has gone.
    func line() -> String? {
        while true {
            if let end = input.firstIndex(of: UInt8(ascii: "\n")) {
                let line = input[..<end].filter { $0 != UInt8(ascii: "\r") }
                input.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            guard input.count < Self.lineLimitBytes, fill() else { return nil }
        }
    }

    private func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count =
            session.map { Int(SSL_read($0, &piece, CInt(piece.count))) } ?? recv(descriptor, &piece, piece.count, 0)
        if session != nil { ERR_clear_error() }
        guard count > 0 else { return false }
        input += piece[..<count]
        return true
    }

    /// - Returns: false when the client has gone.
    @discardableResult
    func write(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                session.map { Int(SSL_write($0, bytes.baseAddress! + sent, CInt(bytes.count - sent))) }
                    ?? send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(text.utf8) }

    /// No more is written; what was comes through.
    func finish() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Ends the connection with a reset (SO_LINGER of no time, socket(7)).
    func reset() {
        var noTime = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &noTime, socklen_t(MemoryLayout<Glibc.linger>.size))
        // The descriptor is closed with its owner; this wakes whoever else waits for it.
        shutdown(descriptor, CInt(SHUT_RD))
    }

    /// From another thread: whoever waits here goes on, and finds the client gone.
    func interrupt() {
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// Says nothing until the client has gone.
    func hold() {
        while line() != nil {}
    }
}
