package import SharedBytes

/// A stream of bytes to one peer: a TCP socket, its counterpart in virtual time, or one of these behind an emulated link.
///
/// The verbs never block: they do what can be done now, and the `waitUntil` verbs wait until more can be done. One task
/// may read while another writes; two may not wait for the same direction.
package protocol Connection: AnyObject, Sendable {
    var localEndpoint: Endpoint { get }
    var remoteEndpoint: Endpoint { get }

    /// Hands over as much of `head` and then of `body` as fits now.
    ///
    /// - Returns: the number of bytes taken of both together; 0 when none fits: then `waitUntilWritable`.
    /// - Throws: when the stream is broken or closed.
    func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(ConnectionError) -> Int

    /// Takes what has arrived, up to the size of `buffer`, which must not be empty.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> ReadResult

    /// Takes what has arrived without copying it, where it is a part of a memory that both ends share.
    ///
    /// - Returns: nil when other bytes come first, or none: then `read`, which takes any.
    func readShared(upTo count: Int) throws(ConnectionError) -> SharedBytes?

    /// Waits until `write` would take something, or would throw.
    ///
    /// - Throws: `cancelled` when the task is cancelled; `closed` when this side closes meanwhile.
    func waitUntilWritable() async throws(ConnectionError)

    /// Waits until `read` would give something, the end of the stream, or an error.
    ///
    /// - Throws: `cancelled` when the task is cancelled; `closed` when this side closes meanwhile.
    func waitUntilReadable() async throws(ConnectionError)

    /// Ends this side's stream: the peer reads its end after all that was written. Reading goes on.
    func finishWriting()

    /// Lets go of the connection. What was written is still delivered; whoever waits is woken and sees `closed`.
    func close()
}

/// What one `read` gave.
package enum ReadResult: Equatable, Sendable {
    case bytes(Int)
    /// Nothing has arrived yet.
    case nothingYet
    /// The peer has ended its stream.
    case end
}

/// Why a connection could not be made or used.
package enum ConnectionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody listens there, or the network says no.
    case unreachable(Endpoint, SystemError)
    /// An address is taken, or may not be used.
    case cannotListen(Endpoint, SystemError)
    /// The peer was lost: reset, or silent for longer than `SocketOptions.deadPeerTimeout`.
    case lost(SystemError)
    /// The peer ended its stream where more was due.
    case endedEarly
    /// The peer cannot be trusted, or does not trust this side: another attempt ends the same way.
    case untrusted(String)
    /// The stream was cut off or altered on its way.
    case broken(String)
    /// This side has closed it.
    case closed
    case cancelled

    package var description: String {
        switch self {
        case .unreachable(let endpoint, let error): "cannot connect to \(endpoint): \(error)"
        case .cannotListen(let endpoint, let error): "cannot listen on \(endpoint): \(error); choose another port"
        case .lost(let error): "connection lost: \(error)"
        case .endedEarly: "the peer closed the connection early"
        case .untrusted(let reason), .broken(let reason): reason
        case .closed: "the connection is closed"
        case .cancelled: "cancelled"
        }
    }
}

extension Connection {
    /// No connection between two processes shares memory.
    package func readShared(upTo count: Int) throws(ConnectionError) -> SharedBytes? { nil }

    /// Writes all of `head` and `body`, waiting as often as needed.
    package func writeAll(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer = .empty)
        async throws(ConnectionError)
    {
        var written = 0
        while true {
            written += try write(
                UnsafeRawBufferPointer(rebasing: head.dropFirst(written)),
                UnsafeRawBufferPointer(rebasing: body.dropFirst(max(0, written - head.count))))
            if written == head.count + body.count { return }
            try await waitUntilWritable()
        }
    }

    package func writeAll(_ bytes: [UInt8]) async throws(ConnectionError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer -> Result<Int, ConnectionError> in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                return Result { () throws(ConnectionError) in try write(rest, .empty) }
            }
            written += try count.get()
            if written < bytes.count { try await waitUntilWritable() }
        }
    }

    /// Waits for bytes and takes them.
    ///
    /// - Returns: how many, or nil at the end of the stream.
    package func readSome(into buffer: UnsafeMutableRawBufferPointer) async throws(ConnectionError) -> Int? {
        while true {
            switch try read(into: buffer) {
            case .bytes(let count): return count
            case .end: return nil
            case .nothingYet: try await waitUntilReadable()
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    package static var empty: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
}
