/// What a card's time goes to, in its lane of a timeline.
package enum Activity: String, CaseIterable, Sendable {
    case connecting, preparing
    /// Bytes are on their way, and nobody waits.
    case sending
    case server, pool, card
    case verifying
    case catchingUp = "catching-up"
    case lost, activating

    init(phase: String) {
        self = Activity(rawValue: phase) ?? .sending
    }

    /// For a legend.
    package var label: String {
        switch self {
        case .connecting: "connecting"
        case .preparing: "preparing"
        case .sending: "receiving"
        case .server: "waiting for the server"
        case .pool: "waiting for other cards"
        case .card: "writing its flash"
        case .verifying: "verifying"
        case .catchingUp: "catching up by itself"
        case .lost: "lost"
        case .activating: "activating"
        }
    }

    /// What stands in an attribute of a page.
    var identifier: String { rawValue }
}
