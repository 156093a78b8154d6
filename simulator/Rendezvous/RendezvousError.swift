package import CardLink

/// Why a card process is not to be had.
package enum RendezvousError: Error, Equatable, Sendable, CustomStringConvertible {
    /// These slots have not announced themselves in time.
    case missing(slots: [UInt16], limit: Duration)
    /// The card says that it cannot start.
    case failed(slot: UInt16, reason: String)
    /// The card's process is gone, or does not speak the protocol.
    case lost(slot: UInt16, LinkError?)
    /// The card has not said that it is ready in time.
    case notReady(slot: UInt16, limit: Duration)

    package var description: String {
        switch self {
        case .missing(let slots, let limit):
            """
            no card has announced itself for slot \(slots.map(String.init).joined(separator: ", ")) within \(limit): look \
            at what the card processes say, and whether they reach the rendezvous address
            """
        case .failed(let slot, let reason): "the card in slot \(slot) cannot start: \(reason)"
        case .lost(let slot, let error):
            "the card in slot \(slot) is gone\(error.map { ": \($0)" } ?? "")"
        case .notReady(let slot, let limit): "the card in slot \(slot) was not ready within \(limit)"
        }
    }
}
