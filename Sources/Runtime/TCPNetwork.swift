import Glibc

/// TCP on the event loop (tcp(7)).
package struct TCPNetwork: Network {
    private let loop: EventLoop

    package init(loop: EventLoop) {
        self.loop = loop
    }

    package func connect(to endpoint: Endpoint, options: SocketOptions) async throws(ConnectionError) -> any Connection
    {
        do {
            let socket = try makeSocket(endpoint, options)
            try socket.socket.startConnecting(socket.address)
            let readiness = try DescriptorReadiness(
                socket.socket.descriptor, interest: [.readable, .writable], loop: loop)
            do {
                try await readiness.waitUntilWritable()
            } catch {
                readiness.close()
                throw error
            }
            if let error = socket.socket.pendingError() {
                readiness.close()
                throw error
            }
            return TCPConnection(socket.socket, readiness: readiness, loop: loop)
        } catch let error as SystemError {
            throw .unreachable(endpoint, error)
        } catch let error as ConnectionError {
            throw error
        } catch {
            preconditionFailure("connect throws no other error: \(error)")
        }
    }

    package func listen(on endpoint: Endpoint, options: SocketOptions) throws(ConnectionError) -> any Listener {
        do {
            let socket = try makeSocket(endpoint, options)
            try socket.socket.set(SOL_SOCKET, SO_REUSEADDR, to: 1)
            try socket.socket.bind(socket.address)
            try socket.socket.listen(backlog: TCPListener.backlog)
            return try TCPListener(socket.socket, options: options, loop: loop)
        } catch {
            throw .cannotListen(endpoint, error)
        }
    }

    private func makeSocket(_ endpoint: Endpoint, _ options: SocketOptions)
        throws(SystemError) -> (socket: Socket, address: SocketAddress)
    {
        guard let address = SocketAddress(host: endpoint.host, port: endpoint.port) else {
            throw SystemError(code: EINVAL)
        }
        let socket = try Socket(family: address.family)
        // Before connect and listen: the receive buffer decides the window that TCP offers (tcp(7)).
        try socket.apply(options)
        return (socket, address)
    }
}
