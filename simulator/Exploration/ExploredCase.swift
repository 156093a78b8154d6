/// A shelf, what is done with it, and what goes wrong meanwhile: all that one seed of the exploration decides.
package struct ExploredCase: Equatable, Sendable {
    /// Where every choice comes from: the case itself, and the order of the run's jobs.
    package var seed: UInt64
    package var cards: [Card]
    package var image: Image
    package var pool: Pool
    package var server: Link
    package var stalls: Stalls
    package var goal: Goal
    /// In the order in which they were drawn; each is one line of a scenario.
    package var faults: [ExploredFault]

    package struct Card: Equatable, Sendable {
        package var slot: UInt16
        package var flash: Flash
        package var link: Link
        /// By what all times of its flash are multiplied, beside the scale.
        package var slowness = 1

        /// The same card in another slot.
        func inSlot(_ slot: UInt16) -> Card {
            var other = self
            other.slot = slot
            return other
        }
    }

    /// A part, and how much faster than the data sheet it is.
    package enum Flash: String, CaseIterable, Sendable {
        case spiNOR = "spi-nor"
        case slcNAND = "slc-nand"
        case instant

        package var scale: Double { self == .spiNOR ? 0.1 : 1 }

        var eraseBytes: Int {
            switch self {
            case .spiNOR: 64 << 10
            case .slcNAND: 128 << 10
            case .instant: 4 << 10
            }
        }

        var unitBytes: Int { self == .slcNAND ? 2048 : 256 }

        /// About what an image takes, erased, programmed and read back.
        var microsecondsPerKibibyte: Int {
            switch self {
            case .spiNOR: 550
            case .slcNAND: 220
            case .instant: 20
            }
        }
    }

    package struct Link: Equatable, Sendable {
        /// nil: as fast as may be.
        package var megabitsPerSecond: UInt64?
        package var latencyMilliseconds: Int64 = 0
    }

    /// Of the few sizes that all cases share, so that an image is made once.
    package enum Image: Int, CaseIterable, Sendable {
        case small, odd, usual

        package var byteCount: Int {
            switch self {
            case .small: 8 * ExplorationLimits.blockBytes
            case .odd: 17 * ExplorationLimits.blockBytes + 1234
            case .usual: 32 * ExplorationLimits.blockBytes
            }
        }
    }

    package struct Pool: Equatable, Sendable {
        package var blockCount: Int
        package var bytes: Int { blockCount * ExplorationLimits.blockBytes }
    }

    package enum Stalls: String, CaseIterable, Sendable {
        case stallBudget = "stall-budget"
        case wait, drop
    }

    package enum Goal: String, CaseIterable, Sendable {
        case stage, activate, commit
    }

    /// The same without its faults: how long it takes then.
    package var withoutFaults: ExploredCase {
        var other = self
        other.faults = []
        return other
    }

    var restartsTheCE: Bool {
        faults.contains { if case .restartCE = $0.kind { true } else { false } }
    }

    /// Whether the server may give bytes from the image's beginning where nobody can tell: to a session that goes on with what it
    /// has not seen itself, of another CE or of a card alone. Only the digest of the whole finds that.
    var mayTrustAnIgnoredREST: Bool {
        let ignoresREST = faults.contains { if case .serverIgnoresRest = $0.kind { true } else { false } }
        let mayGoOn =
            restartsTheCE || faults.contains { $0.slot != nil } || cards.contains { $0 != cards[0].inSlot($0.slot) }
        return ignoresREST && mayGoOn
    }

    /// The largest budget that the pool ever has.
    var mostPoolBytes: Int {
        faults.reduce(pool.bytes) { most, fault in
            if case .setMemory(let blocks) = fault.kind {
                max(most, blocks * ExplorationLimits.blockBytes)
            } else {
                most
            }
        }
    }

    /// The slots of cards that are not like most of them.
    var unlikeCards: [UInt16] {
        let alike = cards.map { card in cards.filter { $0 == card.inSlot($0.slot) } }.max { $0.count < $1.count } ?? []
        return cards.map(\.slot).filter { slot in !alike.contains { $0.slot == slot } }
    }

    package func faults(of slot: UInt16) -> [ExploredFault] { faults.filter { $0.slot == slot } }
}

/// What bounds an exploration, each with its reason.
package enum ExplorationLimits {
    /// The smallest block that a pool may have: one piece of a source.
    package static let blockBytes = 16 << 10
    package static let cardCount = 2...8
    package static let mostFaults = 4
    /// When a run that has not ended by then never ends: a card may be away for a minute, the CE gives each up after that, and its
    /// roll-out a few minutes later.
    package static let horizon: Duration = .seconds(3600)
    /// How often a failing case is run again to make it smaller.
    package static let mostShrinkRuns = 400
    /// The failures that a campaign describes; the others are counted.
    package static let mostDescribed = 5
    /// Of the seeds, one in so many is run twice and compared.
    package static let repeatedSeeds: UInt64 = 100
    /// Of the seeds whose healthy cards can be compared with a run without the faults, one in so many is.
    package static let comparedSeeds: UInt64 = 4
    /// What the faults of other cards may cost a healthy one: this share, and the grace of the stall budget with a look's period.
    package static let toleratedShare = 0.02
    package static let toleratedDelay: Duration = .milliseconds(40)
}
