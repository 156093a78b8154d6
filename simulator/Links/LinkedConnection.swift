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
    private struct State {
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
    }

    private let inner: any Connection
    private let loop: any Loop
    private let incomingLine: LoopBound<LinkDirection>
    private let outgoingLine: LoopBound<LinkDirection>
    private let state: LoopBound<State>
    /// Opened when bytes have left the outgoing queue, or nothing more will.
    private let delivered: Gate
    /// Opened when the owner has read, or has closed.
    private let taken: Gate
    /// Opened when the owner has closed.
    private let closed: Gate

    package var localEndpoint: Endpoint { inner.localEndpoint }
    package var remoteEndpoint: Endpoint { inner.remoteEndpoint }

    /// - Parameters:
    ///   - incoming: the line from the peer; one value for many connections makes them share it.
    ///   - outgoing: the line to the peer.
    package init(
        _ inner: any Connection, incoming: LoopBound<LinkDirection>, outgoing: LoopBound<LinkDirection>, loop: any Loop
    ) {
        self.inner = inner
        self.loop = loop
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
    package convenience init(_ inner: any Connection, _ settings: LinkSettings, loop: any Loop) {
        self.init(
            inner, incoming: LoopBound(LinkDirection(settings), on: loop),
            outgoing: LoopBound(LinkDirection(settings), on: loop), loop: loop)
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
            let arrival = outgoingLine.value.admit(bytes: count, at: loop.now).arrival
            state.value.outgoing.append(Self.bytes(head, body, from: written, count: count), arrival: arrival)
            written += count
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
        state.value.outgoing.end(.finished, arrival: loop.now.advanced(by: outgoingLine.value.settings.latency))
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

// MARK: - The pump

extension LinkedConnection {
    /// Carries bytes between this connection and the inner one, until this one is closed and all that was written is
    /// delivered, or the task is cancelled; then closes the inner one.
    package func pump() async {
        await pump(on: LoopAnchor(loop))
    }

    private func pump(on anchor: isolated LoopAnchor) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop) { await self.pumpInbound(on: anchor) }
            group.addTask(executorPreference: loop) { await self.giveUpAfterClose(on: anchor) }
            await pumpOutbound()
            if state.value.outgoing.count > 0 { failOutgoing(.closed) }
            close()
            inner.close()
            group.cancelAll()
        }
    }

    /// Has the outbound pump look again when the next part arrives, if it waits.
    private func scheduleOutboundPump() {
        guard let waiter = state.value.outboundPump, !waiter.isFinished,
            let arrival = state.value.outgoing.nextArrival
        else { return }
        loop.resume(waiter, at: arrival)
    }

    private func pumpOutbound() async {
        while true {
            do throws(ConnectionError) {
                try await deliverArrived()
            } catch {
                if error == .cancelled { return }
                failOutgoing(error)
            }
            if !state.value.outgoingIsDone, state.value.outgoing.arrivedEnding(at: loop.now) != nil {
                state.value.outgoingIsDone = true
                inner.finishWriting()
            }
            if state.value.isClosed && state.value.outgoingIsDone { return }
            do {
                try await loop.suspend { waiter in
                    if outboundHasWork { return waiter.resume() }
                    state.value.outboundPump = waiter
                    if !state.value.outgoingIsDone { scheduleOutboundPump() }
                }
            } catch {
                return
            }
        }
    }

    private var outboundHasWork: Bool {
        state.value.outgoingIsDone ? state.value.isClosed : state.value.outgoing.hasArrived(at: loop.now)
    }

    private func deliverArrived() async throws(ConnectionError) {
        while true {
            let count = try state.value.outgoing.deliverNext(at: loop.now) { part throws(ConnectionError) in
                try inner.write(part, .empty)
            }
            guard let count else { return }
            if count > 0 {
                delivered.open()
            } else {
                state.value.isBlocked = true
                defer { state.value.isBlocked = false }
                try await inner.waitUntilWritable()
            }
        }
    }

    private func failOutgoing(_ error: ConnectionError) {
        state.value.outgoingFailure = state.value.outgoingFailure ?? error
        state.value.outgoingIsDone = true
        state.value.outgoing.discard()
        delivered.open()
    }

    private func pumpInbound(on anchor: isolated LoopAnchor) async {
        while !state.value.isClosed {
            do throws(ConnectionError) {
                try await inner.waitUntilReadable()
                do { try await taken.wait { state.value.incoming.hasRoomForPart || state.value.isClosed } } catch {
                    return
                }
                guard !state.value.isClosed, try takeFromInner() else { return }
            } catch {
                if error != .cancelled { endIncoming(.failed(error)) }
                return
            }
        }
    }

    /// Reads one part from the inner connection.
    ///
    /// - Returns: false at the end of its stream.
    private func takeFromInner() throws(ConnectionError) -> Bool {
        let partBytes = state.value.incoming.partBytes
        var pieces: [Transit.Piece] = []
        var count = 0
        while count < partBytes {
            if let shared = try inner.readShared(upTo: partBytes - count) {
                pieces.append(.shared(shared))
                count += shared.count
                continue
            }
            // Two reads in turn would be a system call too many.
            if case .own = pieces.last { break }
            let (result, bytes) = try readFromInner(upTo: partBytes - count)
            if result == .end && pieces.isEmpty {
                endIncoming(.finished)
                return false
            }
            guard !bytes.isEmpty else { break }
            pieces.append(.own(bytes))
            count += bytes.count
        }
        if count > 0 { arrive(pieces, count) }
        return true
    }

    private func readFromInner(upTo count: Int) throws(ConnectionError) -> (ReadResult, [UInt8]) {
        try withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { buffer in
            Result { () throws(ConnectionError) -> (ReadResult, [UInt8]) in
                let result = try inner.read(into: buffer)
                guard case .bytes(let count) = result else { return (result, []) }
                return (result, Array(buffer[..<count]))
            }
        }.get()
    }

    private func arrive(_ pieces: [Transit.Piece], _ count: Int) {
        let wasEmpty = state.value.incoming.nextArrival == nil
        let arrival = incomingLine.value.admit(bytes: count, at: loop.now).arrival
        for piece in pieces { state.value.incoming.append(piece, arrival: arrival) }
        // Who waits while something is under way has its timer already.
        if wasEmpty, let reader = state.value.reader { loop.resume(reader, at: arrival) }
    }

    private func endIncoming(_ kind: Transit.Ending) {
        state.value.incoming.end(kind, arrival: loop.now.advanced(by: incomingLine.value.settings.latency))
        if let reader = state.value.reader, let arrival = state.value.incoming.nextArrival {
            loop.resume(reader, at: arrival)
        }
    }

    /// Closes the inner connection when, after `close`, its peer takes nothing for `closeLinger`.
    private func giveUpAfterClose(on anchor: isolated LoopAnchor) async {
        do {
            try await closed.wait { state.value.isClosed }
            var left = Int.max
            while !state.value.isBlocked || state.value.outgoing.count < left {
                left = state.value.outgoing.count
                try await loop.sleep(for: Self.closeLinger)
            }
            inner.close()
        } catch {
            // Cancelled: everything was delivered in time.
        }
    }
}
