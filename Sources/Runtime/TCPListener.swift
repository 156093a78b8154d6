import Glibc

/// A listening TCP socket on the event loop.
package final class TCPListener: Listener {
    /// Connections that the kernel completes before they are accepted: a whole shelf may connect at once.
    static let backlog: CInt = 1024

    private let socket: LoopBound<Socket?>
    private let readiness: LoopBound<DescriptorReadiness>
    private let options: SocketOptions
    private let loop: EventLoop
    package let endpoint: Endpoint

    init(_ socket: Socket, options: SocketOptions, loop: EventLoop) throws(SystemError) {
        self.loop = loop
        self.options = options
        endpoint = socket.localEndpoint
        readiness = LoopBound(try DescriptorReadiness(socket.descriptor, interest: .readable, loop: loop), on: loop)
        self.socket = LoopBound(socket, on: loop)
    }

    package func accept() async throws(ConnectionError) -> any Connection {
        while true {
            try await readiness.value.waitUntilReadable()
            guard let socket = socket.value else { throw .closed }
            do {
                guard let accepted = try socket.accept() else {
                    readiness.value.isReadable = false
                    continue
                }
                try accepted.apply(options)
                let acceptedReadiness = try DescriptorReadiness(
                    accepted.descriptor, interest: [.readable, .writable], loop: loop)
                return TCPConnection(accepted, readiness: acceptedReadiness, loop: loop)
            } catch {
                throw .lost(error)
            }
        }
    }

    package func close() {
        readiness.value.close()
        socket.value = nil
    }
}
