import Faults
import Glibc
import Runtime

/// What a link's faults do to a connection.
extension LinkedConnection {
    /// The link's conditions have changed.
    func adapt() {
        guard let conditions else { return }
        let incoming = conditions.disturbance(isDown: isCardEnd)
        let outgoing = conditions.disturbance(isDown: !isCardEnd)
        incomingLine.value.disturbance = incoming
        outgoingLine.value.disturbance = outgoing
        state.value.incoming.adapt(to: incomingLine.value)
        state.value.outgoing.adapt(to: outgoingLine.value)
        state.value.incoming.isHeld = incoming.isHeld
        state.value.outgoing.isHeld = outgoing.isHeld
        if incoming.isReset || outgoing.isReset { return breakOff() }
        wake()
    }

    /// Breaks the connection as a reset does: what is under way is lost, and both ends are told.
    func breakOff() {
        let failure = ConnectionError.lost(SystemError(code: ECONNRESET))
        state.value.incoming.isHeld = false
        state.value.outgoing.isHeld = false
        state.value.incoming.discard()
        state.value.incoming.end(.failed(failure), arrival: loop.now)
        failOutgoing(failure)
        inner.reset()
        wake()
    }

    /// Has everybody look again.
    private func wake() {
        state.value.reader?.resume()
        state.value.outboundPump?.resume()
        delivered.open()
        taken.open()
    }
}
