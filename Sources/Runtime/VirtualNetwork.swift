import Glibc
package import SharedBytes

/// A network in virtual time: listeners by endpoint, connections that are made at once. Delay and rate are the emulated
/// links' business.
package final class VirtualNetwork: Network {
    private let loop: any Loop
    private let memories: [any SharedMemory]
    private let listeners: LoopBound<[Endpoint: VirtualListener]>
    private let lastPort: LoopBound<UInt16>

    /// - Parameter memories: images that are sent about: their bytes are recognised on their way, and handed to the reader where
    ///   they are in place of a copy. It changes nothing but the time and memory that a run takes.
    package init(loop: any Loop, sharing memories: [any SharedMemory] = []) {
        self.loop = loop
        self.memories = memories
        listeners = LoopBound([:], on: loop)
        // The first of the ports that the kernel would choose from (ip_local_port_range, ip(7)).
        lastPort = LoopBound(32767, on: loop)
    }

    package func connect(to endpoint: Endpoint, options: SocketOptions) async throws(ConnectionError) -> any Connection
    {
        guard let listener = listeners.value[endpoint] else {
            throw .unreachable(endpoint, SystemError(code: ECONNREFUSED))
        }
        let ends = VirtualConnection.pair(
            client: Endpoint(host: "127.0.0.1", port: 0), server: endpoint, clientOptions: options,
            serverOptions: listener.options, memories: memories, loop: loop)
        listener.add(ends.server)
        return ends.client
    }

    package func listen(on endpoint: Endpoint, options: SocketOptions) throws(ConnectionError) -> any Listener {
        if endpoint.port == 0 { lastPort.value += 1 }
        let bound = endpoint.port == 0 ? Endpoint(host: endpoint.host, port: lastPort.value) : endpoint
        guard listeners.value[bound] == nil else { throw .cannotListen(bound, SystemError(code: EADDRINUSE)) }
        let listener = VirtualListener(endpoint: bound, options: options, loop: loop) { [listeners] in
            listeners.value[bound] = nil
        }
        listeners.value[bound] = listener
        return listener
    }
}

/// A listener in virtual time.
package final class VirtualListener: Listener {
    package let endpoint: Endpoint
    let options: SocketOptions
    private let arrivals: Gate
    private let waiting: LoopBound<[VirtualConnection]>
    private let isOpen: LoopBound<Bool>
    private let onClose: @Sendable () -> Void

    init(endpoint: Endpoint, options: SocketOptions, loop: any Loop, onClose: @escaping @Sendable () -> Void) {
        self.endpoint = endpoint
        self.options = options
        self.onClose = onClose
        arrivals = Gate(loop: loop)
        waiting = LoopBound([], on: loop)
        isOpen = LoopBound(true, on: loop)
    }

    func add(_ connection: VirtualConnection) {
        waiting.value.append(connection)
        arrivals.open()
    }

    package func accept() async throws(ConnectionError) -> any Connection {
        do {
            try await arrivals.wait { !waiting.value.isEmpty || !isOpen.value }
        } catch {
            throw .cancelled
        }
        guard isOpen.value else { throw .closed }
        return waiting.value.removeFirst()
    }

    package func close() {
        guard isOpen.value else { return }
        isOpen.value = false
        for connection in waiting.value { connection.close() }
        waiting.value = []
        onClose()
        arrivals.open()
    }
}
