/// What part of a shelf a fault is of.
package enum FaultFamily: String, CaseIterable, Sendable {
    case link, process, server, flash, software

    /// Whether a card carries it out itself, wherever it runs.
    package var isCarriedOutByCard: Bool {
        switch self {
        case .link, .flash, .software: true
        case .process, .server: false
        }
    }
}
