import Glibc

/// An `Endpoint` in the form of the socket calls: sockaddr_in (ip(7)) or sockaddr_in6 (ipv6(7)).
struct SocketAddress {
    private var storage = sockaddr_storage()
    private let length: socklen_t

    /// nil when `host` is not a numeric address.
    init?(host: String, port: UInt16) {
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
        } else if inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v6, as: sockaddr_in6.self) }
        } else {
            return nil
        }
    }

    var family: CInt { CInt(storage.ss_family) }

    mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// The endpoint that `call` (getsockname or getpeername) tells for a socket.
    static func endpoint(_ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt) -> Endpoint
    {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
        }
        guard status == 0 else { return Endpoint(host: "0.0.0.0", port: 0) }
        guard storage.ss_family != sa_family_t(AF_UNIX) else { return Endpoint(host: "local", port: 0) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let port: UInt16 = withUnsafeBytes(of: storage) { bytes in
            let base = bytes.baseAddress!
            if storage.ss_family == sa_family_t(AF_INET6) {
                inet_ntop(
                    AF_INET6, base + MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)!, &text, socklen_t(text.count))
                return UInt16(bigEndian: base.load(as: sockaddr_in6.self).sin6_port)
            }
            inet_ntop(AF_INET, base + MemoryLayout<sockaddr_in>.offset(of: \.sin_addr)!, &text, socklen_t(text.count))
            return UInt16(bigEndian: base.load(as: sockaddr_in.self).sin_port)
        }
        return Endpoint(host: text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }, port: port)
    }
}
