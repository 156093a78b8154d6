import Events
import Reports

/// What is known of one card's download.
struct CardProgress: Equatable, Sendable {
    let slot: Int
    var imageBytes: UInt64
    var phase = "waiting"
    var waitsFor = CardNeed.nothing
    var flashBytes: UInt64 = 0
    var rate = RateMeter()
    var donor: Int?
    var outcome: Outcome?
    var reason: String?
    /// Of a roll-out that follows the download.
    var activation: String?

    /// Failed and stuck ones first, then those at work, then those that are done.
    enum Rank: Int, Comparable {
        case failed, lost, apart, active, waiting, done

        static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    var rank: Rank {
        switch outcome {
        case .success?, .skipped?: return activation == nil || activation == "committed" ? .done : .active
        case .some: return .failed
        case nil: break
        }
        switch phase {
        case "lost": return .lost
        case "catching-up": return .apart
        case "waiting": return .waiting
        default: return .active
        }
    }

    /// What counts towards the whole: of a card that is given up nothing is to come any more.
    var countedBytes: UInt64 { outcome == nil ? min(flashBytes, imageBytes) : imageBytes }

    var share: Double {
        guard imageBytes > 0 else { return 0 }
        return outcome == .success || outcome == .skipped ? 1 : Double(min(flashBytes, imageBytes)) / Double(imageBytes)
    }

    /// At its present rate; nil when that is not known, or nothing is to come.
    var secondsLeft: Double? {
        guard outcome == nil, let rate = rate.perSecond, rate > 0 else { return nil }
        return Double(imageBytes - min(flashBytes, imageBytes)) / rate
    }

    /// What it does, and what it waits for.
    var stateText: String {
        if let outcome {
            if rank == .failed { return "\(outcome.rawValue): \(SafeText.escaped(reason ?? "no reason was given"))" }
            return activation ?? (outcome == .success ? "done" : "skipped, it has the image")
        }
        switch phase {
        case "lost": return "lost, looked for"
        case "catching-up": return "catching up" + (donor.map { " from slot \($0)" } ?? "")
        case "receiving":
            switch waitsFor {
            case .nothing: return "receiving"
            case .server: return "waits for the server"
            case .pool: return "waits for the others"
            case .card: return "writes its flash"
            }
        default: return SafeText.escaped(phase)
        }
    }
}
