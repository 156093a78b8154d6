/// Where a card is in its roll-out.
package enum RolloutPhase: Equatable, Sendable {
    /// Not staged: no part of the roll-out.
    case unstaged
    /// Staged, not activated yet.
    case staged
    case activating
    /// Activated, did not come back in time, and is still waited for.
    case missing(reason: String)
    case onTrial
    case checking
    case committing
    case committed
    case rollingBack(reason: String)
    case rolledBack(reason: String)
    case failed(reason: String)
    case unknown(reason: String)

    /// It carries no service, or nobody knows whether it does.
    package var isDown: Bool {
        switch self {
        case .activating, .missing, .rollingBack, .unknown: true
        case .unstaged, .staged, .onTrial, .checking, .committing, .committed, .rolledBack, .failed: false
        }
    }

    /// A step is under way: an event will come.
    package var isUnderWay: Bool {
        switch self {
        case .activating, .missing, .checking, .committing, .rollingBack: true
        case .unstaged, .staged, .onTrial, .committed, .rolledBack, .failed, .unknown: false
        }
    }

    /// It did not come to run the image.
    package var isFailure: Bool {
        switch self {
        case .unstaged, .missing, .rolledBack, .failed, .unknown: true
        case .staged, .activating, .onTrial, .checking, .committing, .committed, .rollingBack: false
        }
    }

    /// It runs the image.
    package var isGood: Bool {
        switch self {
        case .onTrial, .checking, .committing, .committed: true
        default: false
        }
    }
}
