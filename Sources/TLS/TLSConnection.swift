package import Runtime

/// A connection under TLS, over any other one: what is written is encrypted there, and what is read was authenticated.
///
/// While the transport takes nothing, at most one write (`TLSLimits.plaintextBytes`) lies here, encrypted; a connection that has
/// nothing under way has no buffers.
package final class TLSConnection: Connection {
    private struct State {
        var session: TLSSession
        /// Bytes of the last write that are encrypted, and were not yet said to be taken: so the writer comes again, and what
        /// is unsent goes without a task of its own.
        var owedBytes = 0
        var isClosed = false
    }

    private let inner: any Connection
    private let loop: any Loop
    private let state: LoopBound<State>

    package var localEndpoint: Endpoint { inner.localEndpoint }
    package var remoteEndpoint: Endpoint { inner.remoteEndpoint }
    /// Who the peer has proven to be.
    package var peer: PeerName? { state.value.session.peer }

    private init(_ inner: any Connection, _ session: TLSSession, loop: any Loop) {
        self.inner = inner
        self.loop = loop
        state = LoopBound(State(session: session), on: loop)
    }

    // MARK: The handshake

    /// Shakes hands with the peer of `inner`, which belongs to the connection from then on. A CE's side connects, a card's
    /// accepts; the transport stands already.
    ///
    /// - Parameter expectedName: as for `TLSSession`.
    /// - Throws: `untrusted`, `broken`, or what `inner` throws; also when it takes longer than `TLSLimits.handshake`. Then `inner`
    ///   is closed.
    package static func secured(
        _ inner: any Connection, by context: TLSContext, expecting expectedName: String? = nil, loop: any Loop
    ) async throws(ConnectionError) -> TLSConnection {
        let connection = TLSConnection(inner, TLSSession(context, expecting: expectedName), loop: loop)
        do {
            try await loop.withDeadline(TLSLimits.handshake, "TLS handshake") { try await connection.shakeHands() }
            return connection
        } catch let error as ConnectionError {
            if case .untrusted = error { await connection.letPeerRead() }
            inner.close()
            throw error
        } catch let error as DeadlinePassed {
            inner.close()
            throw .broken("\(error); \(context.role.peer.inWords) speaks too slowly, or does not speak TLS at all")
        } catch {
            inner.close()
            throw .cancelled
        }
    }

    private func shakeHands() async throws(ConnectionError) {
        while true {
            var step: TLSSession.Step?
            var failure: TLSError?
            do { step = try state.value.session.handshake() } catch { failure = error }
            // Its alert, too.
            do throws(ConnectionError) {
                try await waitUntilSent()
                if let failure { throw ConnectionError(failure) }
                if step == .done { return }
                while try !receive() { try await inner.waitUntilReadable() }
            } catch .lost(let error) {
                // A peer that closes with our hello unread resets the connection.
                let role = state.value.session.peerRole
                throw .broken("\(TLSError.cutOff(role, inHandshake: true)) (\(error))")
            }
        }
    }

    /// A peer that was refused shall read the alert: a connection that is closed with unread bytes is reset, and takes the
    /// alert with it (RFC 1122 section 4.2.2.13).
    private func letPeerRead() async {
        inner.finishWriting()
        _ = try? await loop.withDeadline(TLSLimits.linger, "end of the connection") { [inner] in
            var left = TLSLimits.lingerBytes
            var scratch = [UInt8](repeating: 0, count: 1024)
            while left > 0 {
                let result = scratch.withUnsafeMutableBytes { buffer in
                    Result { () throws(ConnectionError) in try inner.read(into: buffer) }
                }
                switch try result.get() {
                case .bytes(let count): left -= count
                case .nothingYet: try await inner.waitUntilReadable()
                case .end: return
                }
            }
        }
    }

    // MARK: Connection

    package func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        guard !state.value.isClosed else { throw .closed }
        try send()
        let session = state.value.session
        guard session.output.isEmpty else { return 0 }
        let owed = state.value.owedBytes
        state.value.owedBytes = 0
        let total = min(head.count + body.count, TLSLimits.plaintextBytes)
        guard total > owed else { return owed }
        let ofHead = UnsafeRawBufferPointer(rebasing: head.prefix(total).dropFirst(owed))
        let ofBody = UnsafeRawBufferPointer(
            rebasing: body.prefix(max(0, total - head.count)).dropFirst(max(0, owed - head.count)))
        do {
            try session.write(ofHead, ofBody)
        } catch {
            throw ConnectionError(error)
        }
        try send()
        guard !session.output.isEmpty else { return total }
        state.value.owedBytes = 1
        return total - 1
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> ReadResult {
        guard !state.value.isClosed else { throw .closed }
        var filled = 0
        while filled < buffer.count {
            let result: ReadResult
            do {
                result = try state.value.session.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            } catch {
                // What came before it is good; the error will come again.
                if filled > 0 { break }
                throw ConnectionError(error)
            }
            switch result {
            case .bytes(let count): filled += count
            case .end: return filled > 0 ? .bytes(filled) : .end
            case .nothingYet:
                do throws(ConnectionError) {
                    guard try receive() else { return filled > 0 ? .bytes(filled) : .nothingYet }
                } catch {
                    if filled > 0 { break }
                    throw error
                }
            }
        }
        return .bytes(filled)
    }

    package func waitUntilWritable() async throws(ConnectionError) {
        guard !state.value.isClosed else { throw .closed }
        try await waitUntilSent()
    }

    package func waitUntilReadable() async throws(ConnectionError) {
        guard !state.value.isClosed else { throw .closed }
        guard !state.value.session.hasPending else { return }
        try await inner.waitUntilReadable()
    }

    /// Says so to the peer (close_notify). Where the transport takes nothing at that moment the peer sees a stream that was cut
    /// off: whoever finishes has written all before.
    package func finishWriting() {
        guard !state.value.isClosed else { return }
        state.value.session.sayGoodbye()
        try? send()
        inner.finishWriting()
    }

    package func close() {
        guard !state.value.isClosed else { return }
        state.value.session.sayGoodbye()
        try? send()
        state.value.isClosed = true
        inner.close()
    }

    // MARK: The transport

    /// Sends what the transport takes now.
    private func send() throws(ConnectionError) {
        let output = state.value.session.output
        while !output.isEmpty {
            let count = try inner.write(output.contents, .empty)
            guard count > 0 else { return }
            output.consume(count)
        }
    }

    private func waitUntilSent() async throws(ConnectionError) {
        while true {
            try send()
            if state.value.session.output.isEmpty { return }
            try await inner.waitUntilWritable()
        }
    }

    /// Takes what has arrived, or the end.
    ///
    /// - Returns: false when there is neither.
    private func receive() throws(ConnectionError) -> Bool {
        let input = state.value.session.input
        switch try inner.read(into: input.room()) {
        case .bytes(let count): input.commit(count)
        case .end: input.finish()
        case .nothingYet:
            input.commit(0)
            return false
        }
        return true
    }
}

extension ConnectionError {
    fileprivate init(_ error: TLSError) {
        self = error.mayPass ? .broken(error.description) : .untrusted(error.description)
    }
}
