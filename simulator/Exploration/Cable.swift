import CardProtocol
import Glibc
import Runtime
import SharedBytes

/// The cable of one slot, as faults see it: it may carry nothing for a while, lose its connections, spoil a byte, or lose a reply.
///
/// Confined to the loop. The connections of the card's listener go through it.
final class Cable: Sendable {
    private struct State {
        var isHeld = false
        /// So many bytes towards the card are spoiled.
        var spoils = 0
        /// The connection that is about to carry such a reply is lost in its place.
        var lostReply: CardFrame?
        var connections: [CabledConnection] = []
        var losses = 0
    }

    private let state: LoopBound<State>
    let changed: Gate

    init(loop: any Loop) {
        state = LoopBound(State(), on: loop)
        changed = Gate(loop: loop)
    }

    var isHeld: Bool { state.value.isHeld }
    /// How often a reply was lost.
    var losses: Int { state.value.losses }

    func hold(_ isHeld: Bool) {
        state.value.isHeld = isHeld
        changed.open()
    }

    func spoil() { state.value.spoils += 1 }

    func lose(_ reply: CardFrame) { state.value.lostReply = reply }

    /// Ends all its connections.
    func reset() {
        for connection in state.value.connections { connection.close() }
    }

    fileprivate func add(_ connection: CabledConnection) { state.value.connections.append(connection) }
    fileprivate func remove(_ connection: CabledConnection) { state.value.connections.removeAll { $0 === connection } }

    fileprivate var spoilsNext: Bool { state.value.spoils > 0 }

    fileprivate func takeSpoil() -> Bool {
        guard state.value.spoils > 0 else { return false }
        state.value.spoils -= 1
        return true
    }

    /// - Parameter head: the beginning of what a card writes: of one frame, or of its rest.
    fileprivate func loses(_ head: UnsafeRawBufferPointer) -> Bool {
        guard let reply = state.value.lostReply, head.count >= 4, head[0] == 0x4C, head[1] == 0x43,
            head[3] == reply.rawValue
        else {
            return false
        }
        state.value.lostReply = nil
        state.value.losses += 1
        return true
    }
}

/// A listener at the end of a cable.
final class CabledListener: Listener {
    private let inner: any Listener
    private let cable: Cable

    init(_ inner: any Listener, _ cable: Cable) {
        self.inner = inner
        self.cable = cable
    }

    var endpoint: Endpoint { inner.endpoint }

    func accept() async throws(ConnectionError) -> any Connection {
        let connection = CabledConnection(try await inner.accept(), cable)
        cable.add(connection)
        return connection
    }

    func close() { inner.close() }
}

/// The card's end of a connection through a cable.
final class CabledConnection: Connection {
    private let inner: any Connection
    private let cable: Cable

    init(_ inner: any Connection, _ cable: Cable) {
        self.inner = inner
        self.cable = cable
    }

    var localEndpoint: Endpoint { inner.localEndpoint }
    var remoteEndpoint: Endpoint { inner.remoteEndpoint }

    func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        if cable.isHeld { return 0 }
        if cable.loses(head) {
            close()
            throw .lost(SystemError(code: ECONNRESET))
        }
        return try inner.write(head, body)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> ReadResult {
        if cable.isHeld { return .nothingYet }
        let result = try inner.read(into: buffer)
        if case .bytes(let count) = result, cable.takeSpoil() { buffer[count / 2] ^= 0x10 }
        return result
    }

    func readShared(upTo count: Int) throws(ConnectionError) -> SharedBytes? {
        if cable.isHeld || cable.spoilsNext { return nil }
        return try inner.readShared(upTo: count)
    }

    func waitUntilWritable() async throws(ConnectionError) {
        repeat {
            try await waitUntilReleased()
            try await inner.waitUntilWritable()
        } while cable.isHeld
    }

    func waitUntilReadable() async throws(ConnectionError) {
        repeat {
            try await waitUntilReleased()
            try await inner.waitUntilReadable()
        } while cable.isHeld
    }

    private func waitUntilReleased() async throws(ConnectionError) {
        do { try await cable.changed.wait { !cable.isHeld } } catch { throw .cancelled }
    }

    func finishWriting() { inner.finishWriting() }

    func close() {
        inner.close()
        cable.remove(self)
    }
}
