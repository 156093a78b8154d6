import Faults
import Runtime
import SharedBytes

/// The pump, which carries bytes to the inner connection and from it.
extension LinkedConnection {
    /// Carries bytes between this connection and the inner one, until this one is closed and all that was written is
    /// delivered, or the task is cancelled; then closes the inner one.
    package func pump() async {
        let registration = conditions?.add { [unowned self] in self.adapt() }
        defer { if let registration { conditions?.remove(registration) } }
        adapt()
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
    func scheduleOutboundPump() {
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

    func failOutgoing(_ error: ConnectionError) {
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
        if let conditions, !conditions.isQuiet(isDown: isCardEnd) {
            for piece in pieces { arriveDisturbed(piece, conditions) }
        } else {
            let arrival = incomingLine.value.admit(bytes: count, at: loop.now).arrival
            for piece in pieces { state.value.incoming.append(piece, arrival: arrival) }
        }
        // Who waits while something is under way has its timer already.
        if wasEmpty, let reader = state.value.reader, let arrival = state.value.incoming.nextArrival {
            loop.resume(reader, at: arrival)
        }
    }

    private func arriveDisturbed(_ piece: Transit.Piece, _ conditions: LinkConditions) {
        let passage = conditions.pass(
            piece.withBytes { Array($0) }, isDown: isCardEnd, through: &state.value.disturbedIncoming)
        for part in passage.parts {
            let arrival = incomingLine.value.admit(bytes: part.count, at: loop.now).arrival
            state.value.incoming.append(part, arrival: arrival.advanced(by: passage.jitter), isMade: true)
        }
        if passage.breaks { breakOff() }
    }

    func send(_ bytes: [UInt8]) {
        guard let conditions, !conditions.isQuiet(isDown: !isCardEnd) else {
            let arrival = outgoingLine.value.admit(bytes: bytes.count, at: loop.now).arrival
            return state.value.outgoing.append(bytes, arrival: arrival)
        }
        let passage = conditions.pass(bytes, isDown: !isCardEnd, through: &state.value.disturbedOutgoing)
        for part in passage.parts {
            let arrival = outgoingLine.value.admit(bytes: part.count, at: loop.now).arrival
            state.value.outgoing.append(part, arrival: arrival.advanced(by: passage.jitter), isMade: true)
        }
        if passage.breaks { breakOff() }
    }

    private func endIncoming(_ kind: Transit.Ending) {
        let line = incomingLine.value
        state.value.incoming.end(
            kind, arrival: loop.now.advanced(by: line.latency), delay: line.disturbance.closeDelay)
        if let reader = state.value.reader, let arrival = state.value.incoming.nextArrival {
            loop.resume(reader, at: arrival)
        }
    }

    /// Closes the inner connection when, after `close`, its peer takes nothing for `closeLinger`.
    private func giveUpAfterClose(on anchor: isolated LoopAnchor) async {
        do {
            try await closed.wait { state.value.isClosed }
            var left = Int.max
            while !(state.value.isBlocked || state.value.outgoing.isHeld) || state.value.outgoing.count < left {
                left = state.value.outgoing.count
                try await loop.sleep(for: Self.closeLinger)
            }
            inner.close()
        } catch {
            // Cancelled: everything was delivered in time.
        }
    }
}
