import Glibc
package import SharedBytes

/// One end of a connection in virtual time.
package final class VirtualConnection: Connection {
    private let loop: any Loop
    private let incoming: LoopBound<VirtualPipe>
    private let outgoing: LoopBound<VirtualPipe>
    private let isOpen: LoopBound<Bool>
    package let localEndpoint: Endpoint
    package let remoteEndpoint: Endpoint

    private init(
        incoming: VirtualPipe, outgoing: VirtualPipe, localEndpoint: Endpoint, remoteEndpoint: Endpoint, loop: any Loop
    ) {
        self.loop = loop
        self.incoming = LoopBound(incoming, on: loop)
        self.outgoing = LoopBound(outgoing, on: loop)
        isOpen = LoopBound(true, on: loop)
        self.localEndpoint = localEndpoint
        self.remoteEndpoint = remoteEndpoint
    }

    /// Two ends that are connected to each other; the bytes of each direction are bounded as those of a TCP connection
    /// with the given buffers are.
    ///
    /// - Parameter memories: what need not be copied, as `VirtualNetwork` has it.
    package static func pair(
        client: Endpoint, server: Endpoint, clientOptions: SocketOptions = SocketOptions(),
        serverOptions: SocketOptions = SocketOptions(), memories: [any SharedMemory] = [], loop: any Loop
    ) -> (client: VirtualConnection, server: VirtualConnection) {
        let up = VirtualPipe(capacityBytes: capacity(from: clientOptions, to: serverOptions), memories: memories)
        let down = VirtualPipe(capacityBytes: capacity(from: serverOptions, to: clientOptions), memories: memories)
        return (
            VirtualConnection(incoming: down, outgoing: up, localEndpoint: client, remoteEndpoint: server, loop: loop),
            VirtualConnection(incoming: up, outgoing: down, localEndpoint: server, remoteEndpoint: client, loop: loop)
        )
    }

    /// What the kernel would hold on both sides; 256 KiB where it is left to the kernel.
    private static func capacity(from sender: SocketOptions, to receiver: SocketOptions) -> Int {
        (sender.sendBufferBytes ?? 256 << 10) + (receiver.receiveBufferBytes ?? 256 << 10)
    }

    package func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        guard isOpen.value else { throw .closed }
        let pipe = outgoing.value
        if pipe.isAbandoned { throw .lost(SystemError(code: ECONNRESET)) }
        if pipe.isFinished { throw .lost(SystemError(code: EPIPE)) }
        let taken = pipe.write(head)
        return taken < head.count ? taken : taken + pipe.write(body)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> ReadResult {
        guard isOpen.value else { throw .closed }
        return incoming.value.read(into: buffer)
    }

    package func readShared(upTo count: Int) throws(ConnectionError) -> SharedBytes? {
        guard isOpen.value else { throw .closed }
        return incoming.value.readShared(upTo: count)
    }

    package func waitUntilWritable() async throws(ConnectionError) {
        while isOpen.value && !outgoing.value.isWritable {
            do {
                try await loop.suspend { waiter in
                    if outgoing.value.isWritable || !isOpen.value { return waiter.resume() }
                    outgoing.value.resumeWhenWritable(waiter)
                }
            } catch {
                throw .cancelled
            }
        }
        guard isOpen.value else { throw .closed }
    }

    package func waitUntilReadable() async throws(ConnectionError) {
        while isOpen.value && !incoming.value.isReadable {
            do {
                try await loop.suspend { waiter in
                    if incoming.value.isReadable || !isOpen.value { return waiter.resume() }
                    incoming.value.resumeWhenReadable(waiter)
                }
            } catch {
                throw .cancelled
            }
        }
        guard isOpen.value else { throw .closed }
    }

    package func finishWriting() {
        outgoing.value.finish()
    }

    package func close() {
        guard isOpen.value else { return }
        isOpen.value = false
        outgoing.value.finish()
        outgoing.value.wakeWriter()
        incoming.value.abandon()
        incoming.value.wakeReader()
    }
}
