import CSystem
import Glibc

/// A TCP socket on the event loop, or a local one, which is used alike.
package final class TCPConnection: Connection {
    private let loop: EventLoop
    /// nil once it is closed.
    private let socket: LoopBound<Socket?>
    private let readiness: LoopBound<DescriptorReadiness>
    package let localEndpoint: Endpoint
    package let remoteEndpoint: Endpoint

    /// Takes over a connected socket.
    init(_ socket: Socket, readiness: DescriptorReadiness, loop: EventLoop) {
        self.loop = loop
        self.socket = LoopBound(socket, on: loop)
        self.readiness = LoopBound(readiness, on: loop)
        localEndpoint = socket.localEndpoint
        remoteEndpoint = socket.remoteEndpoint
    }

    deinit {
        // Let go without a close: the loop must not watch it any longer. After the loop's end there is no loop to tell.
        if loop.isCurrent { close() }
    }

    package func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        let readiness = readiness.value
        guard readiness.isOpen else { throw .closed }
        let total = head.count + body.count
        guard readiness.isWritable, total > 0 else { return 0 }
        let count = csystem_send2(
            readiness.descriptor, head.baseAddress, head.count, body.baseAddress, body.count)
        if count < 0 && count != -Int(EAGAIN) { throw .lost(SystemError(code: CInt(-count))) }
        // Less than asked for means a full socket buffer: the next edge will tell (epoll(7)).
        if count < total { readiness.isWritable = false }
        return max(0, count)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> ReadResult {
        let readiness = readiness.value
        guard readiness.isOpen else { throw .closed }
        guard readiness.isReadable else { return .nothingYet }
        let count = csystem_receive(readiness.descriptor, buffer.baseAddress, buffer.count)
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
        try await readiness.value.waitUntilWritable()
    }

    package func waitUntilReadable() async throws(ConnectionError) {
        try await readiness.value.waitUntilReadable()
    }

    package func finishWriting() {
        if let socket = socket.value { _ = shutdown(socket.descriptor, CInt(SHUT_WR)) }
    }

    package func close() {
        readiness.value.close()
        socket.value = nil
    }

    /// By an RST segment (SO_LINGER with a time of 0, socket(7)).
    package func reset() {
        if let socket = socket.value {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                socket.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        }
        close()
    }
}
