/// A numeric address and a port: `127.0.0.1:4001` or `[::1]:4001`. Names are not looked up, save for `localhost`.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    package static func loopback(port: UInt16 = 0) -> Endpoint {
        Endpoint(host: "127.0.0.1", port: port)
    }

    /// Reads `HOST:PORT` or `[HOST]:PORT`; nil when the text is neither, the host is no numeric address or the port is not
    /// from 1 to 65535.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        let name = host == "localhost" ? "127.0.0.1" : String(host)
        guard SocketAddress(host: name, port: port) != nil else { return nil }
        self.init(host: name, port: port)
    }

    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
