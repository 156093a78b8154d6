import CSystem
import Glibc

/// A TCP socket on the event loop.
package final class TCPConnection: Connection {
    /// What an open connection has.
    private struct Open {
        let socket: Socket
        let readiness: DescriptorReadiness
    }

    private let loop: EventLoop
    private let open: LoopBound<Open?>
    package let localEndpoint: Endpoint
    package let remoteEndpoint: Endpoint

    /// Takes over a connected socket.
    init(_ socket: Socket, readiness: DescriptorReadiness, loop: EventLoop) {
        self.loop = loop
        open = LoopBound(Open(socket: socket, readiness: readiness), on: loop)
        localEndpoint = socket.localEndpoint
        remoteEndpoint = socket.remoteEndpoint
    }

    deinit {
        // Let go without a close: the loop must not watch it any longer. After the loop's end there is no loop to tell.
        if loop.isCurrent { close() }
    }

    package func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        guard let open = open.value else { throw .closed }
        let readiness = open.readiness
        let total = head.count + body.count
        guard readiness.isWritable, total > 0 else { return 0 }
        let count = csystem_send2(
            open.socket.descriptor, head.baseAddress, head.count, body.baseAddress, body.count)
        if count < 0 && count != -Int(EAGAIN) { throw .lost(SystemError(code: CInt(-count))) }
        // Less than asked for means a full socket buffer: the next edge will tell (epoll(7)).
        if count < total { readiness.isWritable = false }
        return max(0, count)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> ReadResult {
        guard let open = open.value else { throw .closed }
        let readiness = open.readiness
        guard readiness.isReadable else { return .nothingYet }
        let count = csystem_receive(open.socket.descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
            // A short read has emptied the socket: the next edge will tell (epoll(7)); unless the end came with it.
            if count < buffer.count && !readiness.hasEnded { readiness.isReadable = false }
            return .bytes(count)
        }
        if count == 0 { return .end }
        guard count == -Int(EAGAIN) else { throw .lost(SystemError(code: CInt(-count))) }
        readiness.isReadable = false
        return .nothingYet
    }

    package func waitUntilWritable() async throws(ConnectionError) {
        guard let open = open.value else { throw .closed }
        try await open.readiness.waitUntilWritable()
    }

    package func waitUntilReadable() async throws(ConnectionError) {
        guard let open = open.value else { throw .closed }
        try await open.readiness.waitUntilReadable()
    }

    package func finishWriting() {
        if let open = open.value { _ = shutdown(open.socket.descriptor, CInt(SHUT_WR)) }
    }

    package func close() {
        open.value?.readiness.close()
        open.value = nil
    }
}
