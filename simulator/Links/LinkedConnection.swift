import Faults
package import Runtime
package import SharedBytes

/// A connection behind an emulated link: what it carries is paced by the link's rate and delayed by its latency, both ways.
///
/// Works on any loop and over any connection. Bytes leave and enter the inner connection only while `pump` runs: whoever
/// makes one runs its pump as a child task until it returns, in every case, for the pump also closes the inner connection.
/// Both directions are bounded (`LinkDirection.capacityBytes`); the inner connection's own buffers come on top. The
/// hand-shake by which the inner connection was made is not delayed.
package final class LinkedConnection: Connection {
    /// After `close`, how long the peer may leave what has arrived untaken before it is given up: as long as
    /// `SocketOptions.deadPeerTimeout` gives a peer on a real network.
    package static let closeLinger: Duration = .seconds(3)

    /// Touched on the loop alone, by the owner's tasks and by the pump's.
    struct State {
        var incoming: Transit
        var outgoing: Transit
        var isClosed = false
        /// All that was written, and the end, have been handed over; or never will be.
        var outgoingIsDone = false
        var outgoingFailure: ConnectionError?
        /// The inner connection takes nothing at the moment.
        var isBlocked = false
        var reader: Waiter?
        var outboundPump: Waiter?
        var disturbedIncoming = DisturbedStream()
        var disturbedOutgoing = DisturbedStream()
    }

    let inner: any Connection
    let loop: any Loop
    let incomingLine: LoopBound<LinkDirection>
    let outgoingLine: LoopBound<LinkDirection>
    let conditions: LinkConditions?
    /// The image comes from the peer: this is a card's end of a link.
    let isCardEnd: Bool
    let state: LoopBound<State>
    /// Opened when bytes have left the outgoing queue, or nothing more will.
    let delivered: Gate
    /// Opened when the owner has read, or has closed.
    let taken: Gate
    /// Opened when the owner has closed.
    let closed: Gate

    package var localEndpoint: Endpoint { inner.localEndpoint }
    package var remoteEndpoint: Endpoint { inner.remoteEndpoint }

    /// - Parameters:
    ///   - incoming: the line from the peer; one value for many connections makes them share it.
    ///   - outgoing: the line to the peer.
    ///   - conditions: what is wrong with the link, now and later.
    ///   - isCardEnd: `down`, towards the cards, is what comes in; else what goes out.
    package init(
        _ inner: any Connection, incoming: LoopBound<LinkDirection>, outgoing: LoopBound<LinkDirection>,
        conditions: LinkConditions? = nil, isCardEnd: Bool = true, loop: any Loop
    ) {
        self.inner = inner
        self.loop = loop
        self.conditions = conditions
        self.isCardEnd = isCardEnd
        incomingLine = incoming
        outgoingLine = outgoing
        state = LoopBound(
            State(incoming: Transit(on: incoming.value), outgoing: Transit(on: outgoing.value)),
            on: loop)
        delivered = Gate(loop: loop)
        taken = Gate(loop: loop)
        closed = Gate(loop: loop)
    }

    /// A link of its own for this connection.
    package convenience init(
        _ inner: any Connection, _ settings: LinkSettings, conditions: LinkConditions? = nil, isCardEnd: Bool = true,
        loop: any Loop
    ) {
        self.init(
            inner, incoming: LoopBound(LinkDirection(settings), on: loop),
            outgoing: LoopBound(LinkDirection(settings), on: loop), conditions: conditions, isCardEnd: isCardEnd,
            loop: loop)
    }

    // MARK: Connection

    package func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        if let failure = state.value.outgoingFailure { throw failure }
        guard !state.value.isClosed, state.value.outgoing.ending == nil else { throw .closed }
        let total = head.count + body.count
        let wasEmpty = state.value.outgoing.nextArrival == nil
        var written = 0
        while written < total {
            let count = min(state.value.outgoing.partBytes, total - written)
            guard count <= state.value.outgoing.room else { break }
            send(Self.bytes(head, body, from: written, count: count))
            written += count
            if state.value.outgoingFailure != nil { break }
        }
        if wasEmpty, written > 0 { scheduleOutboundPump() }
        return written
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> ReadResult {
        guard !state.value.isClosed else { throw .closed }
        let now = loop.now
        let count = state.value.incoming.take(into: buffer, at: now)
        if count > 0 {
            taken.open()
            return .bytes(count)
        }
        switch state.value.incoming.arrivedEnding(at: now) {
        case nil: return .nothingYet
        case .finished: return .end
        case .failed(let error): throw error
        }
    }

    package func readShared(upTo count: Int) throws(ConnectionError) -> SharedBytes? {
        guard !state.value.isClosed else { throw .closed }
        guard let shared = state.value.incoming.takeShared(upTo: count, at: loop.now) else { return nil }
        taken.open()
        return shared
    }

    package func waitUntilWritable() async throws(ConnectionError) {
        do {
            try await delivered.wait {
                state.value.outgoing.hasRoomForPart || state.value.isClosed || state.value.outgoingFailure != nil
            }
        } catch {
            throw .cancelled
        }
        guard !state.value.isClosed else { throw .closed }
    }

    package func waitUntilReadable() async throws(ConnectionError) {
        while !state.value.isClosed && !state.value.incoming.hasArrived(at: loop.now) {
            do {
                try await loop.suspend { waiter in
                    if state.value.isClosed || state.value.incoming.hasArrived(at: loop.now) { return waiter.resume() }
                    precondition(state.value.reader?.isFinished ?? true, "two tasks wait to read one connection")
                    state.value.reader = waiter
                    if let arrival = state.value.incoming.nextArrival { loop.resume(waiter, at: arrival) }
                }
            } catch {
                throw .cancelled
            }
        }
        guard !state.value.isClosed else { throw .closed }
    }

    package func finishWriting() {
        guard !state.value.isClosed else { return }
        endOutgoing()
    }

    /// Lets go of the connection. The pump still delivers what was written, closes the inner connection and returns; who
    /// cancels the pump instead loses what is under way.
    package func close() {
        guard !state.value.isClosed else { return }
        state.value.isClosed = true
        state.value.incoming.discard()
        endOutgoing()
        // The pump looks anew, also when it has handed over the end already and only waits for this.
        state.value.outboundPump?.resume()
        state.value.reader?.resume()
        delivered.open()
        taken.open()
        closed.open()
    }

    /// Waits until all that was written is handed over to the inner connection.
    ///
    /// - Throws: why it can't be; `cancelled` when the task is cancelled.
    package func drain() async throws(ConnectionError) {
        do {
            try await delivered.wait { state.value.outgoing.count == 0 || state.value.outgoingFailure != nil }
        } catch {
            throw .cancelled
        }
        if let failure = state.value.outgoingFailure { throw failure }
    }

    private func endOutgoing() {
        let line = outgoingLine.value
        state.value.outgoing.end(
            .finished, arrival: loop.now.advanced(by: line.latency), delay: line.disturbance.closeDelay)
        scheduleOutboundPump()
    }

    private static func bytes(
        _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, from start: Int, count: Int
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let target = UnsafeMutableRawBufferPointer(buffer)
            let ofHead = head.dropFirst(start).prefix(count)
            target.copyBytes(from: ofHead)
            let ofBody = body.dropFirst(max(0, start - head.count)).prefix(count - ofHead.count)
            UnsafeMutableRawBufferPointer(rebasing: target[ofHead.count...]).copyBytes(from: ofBody)
            initialized = count
        }
    }
}
