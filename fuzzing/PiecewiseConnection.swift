import Runtime

/// A stream that is there already and comes in pieces. Used by one thread.
final class PiecewiseConnection: Connection {
    private let stream: [UInt8]
    private let pieceBytes: Int
    nonisolated(unsafe) private var position = 0

    let localEndpoint = Endpoint.loopback()
    let remoteEndpoint = Endpoint.loopback()

    init(_ stream: [UInt8], pieceBytes: Int) {
        self.stream = stream
        self.pieceBytes = pieceBytes
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> ReadResult {
        let count = min(pieceBytes, buffer.count, stream.count - position)
        guard count > 0 else { return .end }
        buffer.copyBytes(from: stream[position..<position + count])
        position += count
        return .bytes(count)
    }

    func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        throw .closed
    }

    func waitUntilWritable() async throws(ConnectionError) {}
    func waitUntilReadable() async throws(ConnectionError) {}
    func finishWriting() {}
    func close() {}
}
