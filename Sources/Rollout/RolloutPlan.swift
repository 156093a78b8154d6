/// How a staged image is brought to run on a group's cards: how far, in which order, and when to stop.
package struct RolloutPlan: Equatable, Sendable {
    package var goal: RolloutGoal
    /// One card that is not staged or not good on trial, and no card keeps the image. It is committed only after all cards run it.
    package var isAllOrNone: Bool
    /// Who goes first, alone; nil: nobody. All of them must be good.
    package var canary: Canary?
    /// How many cards are activated together, after the canaries; nil: all.
    package var wave: WaveSize?
    /// How many of a wave's cards must be good, in percent; below it the roll-out stops. 0: none.
    package var successPercent: Int
    /// How many cards of the group may fail, at staging or later; one more stops the roll-out. nil: any number.
    package var maximumFailures: Int?
    /// How long a wave runs on trial before it is looked at again, committed, and followed by the next.
    package var soak: Duration
    /// How long a card waits for its commit before it returns by itself; nil: long enough for what this plan waits for, or the
    /// card's own default where that is nothing.
    package var trial: Duration?
    /// Slots of cards that protect one another: never both down at the same time.
    package var protection: [ProtectionPair]

    package init(
        goal: RolloutGoal = .stage, isAllOrNone: Bool = false, canary: Canary? = nil, wave: WaveSize? = nil,
        successPercent: Int = 0, maximumFailures: Int? = nil, soak: Duration = .zero, trial: Duration? = nil,
        protection: [ProtectionPair] = []
    ) {
        self.goal = goal
        self.isAllOrNone = isAllOrNone
        self.canary = canary
        self.wave = wave
        self.successPercent = successPercent
        self.maximumFailures = maximumFailures
        self.soak = soak
        self.trial = trial
        self.protection = protection
    }

    package static let percentRange = 0...100
    /// A night's watch is a long soak; a week is a roll-out that somebody has forgotten.
    package static let soakRange = Duration.zero...Duration.seconds(7 * 24 * 3600)
    /// A card must have time to boot and to be asked; more than a week does not fit what soak allows.
    package static let trialRange = Duration.seconds(10)...Duration.seconds(8 * 24 * 3600)

    /// The group's slots in the order in which they are activated: the canaries, then wave after wave.
    ///
    /// - Parameter slots: in ascending order. Canaries that are not among them are left out.
    package func waves(of slots: [Int]) -> [[Int]] {
        let first: [Int] =
            switch canary {
            case .slots(let named): slots.filter(named.contains)
            case .count(let count): Array(slots.prefix(count))
            case nil: []
            }
        let rest = slots.filter { !first.contains($0) }
        let size = max(1, wave?.cardCount(of: slots.count) ?? rest.count)
        let waves = stride(from: 0, to: rest.count, by: size).map { Array(rest[$0..<min($0 + size, rest.count)]) }
        return first.isEmpty ? waves : [first] + waves
    }
}

/// How far a group is brought after its download.
package enum RolloutGoal: String, CaseIterable, Sendable {
    /// The image is verified in flash, and does not run.
    case stage
    /// It runs on trial; somebody else commits it.
    case activate
    /// It runs, and will after every restart.
    case commit
}

/// The cards that go first.
package enum Canary: Equatable, Sendable {
    case slots([Int])
    /// So many, from the lowest slot on.
    case count(Int)
}

/// How many cards are activated together.
package enum WaveSize: Equatable, Sendable {
    case count(Int)
    /// Of the cards that hold the image.
    case percent(Int)

    /// At least 1; parts of a card are rounded up.
    func cardCount(of total: Int) -> Int {
        switch self {
        case .count(let count): max(1, count)
        case .percent(let percent): max(1, (total * percent + 99) / 100)
        }
    }
}

/// Two cards of which one carries the service while the other is down.
package struct ProtectionPair: Hashable, Sendable {
    package var first: Int
    package var second: Int

    package init(_ first: Int, _ second: Int) {
        self.first = first
        self.second = second
    }

    /// The other slot of the pair; nil when `slot` is not in it.
    package func partner(of slot: Int) -> Int? {
        slot == first ? second : slot == second ? first : nil
    }
}

extension RolloutPlan {
    /// What a card is told in its activation, in seconds; 0: its own default.
    ///
    /// - Parameters:
    ///   - waveCount: under all or none the first wave waits for the last one.
    ///   - restart: the longest that a card may be away.
    package func trialSeconds(waveCount: Int, restart: Duration) -> UInt32 {
        if let trial { return UInt32(clamping: trial.components.seconds) }
        // Of a pair the first waits until the second is back.
        let restarts = protection.isEmpty ? 1 : 2
        let waits = isAllOrNone ? max(1, waveCount) : 1
        guard soak > .zero || waits * restarts > 1 else { return 0 }
        let wait = (soak + restart * restarts) * waits + restart
        return UInt32(clamping: wait.components.seconds)
    }
}
