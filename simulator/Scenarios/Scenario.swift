package import Settings

/// A scenario file's contents, checked and resolved: what a run needs to know, in an order that does not depend on
/// hashing.
package struct Scenario: Equatable, Sendable {
    /// The file's opening comment: what the scenario shows. Empty when there is none.
    package var intent: String
    package var name: String
    /// Generated images, and on the virtual clock every choice, come from it.
    package var seed: UInt64
    /// The whole run's deadline.
    package var timeout: Duration
    package var server: ScenarioServer
    /// Of the links between the CE and the cards.
    package var linkSecurity: ScenarioLinkSecurity
    /// In the order of the file; an image that no group uses is among them.
    package var images: [ScenarioImage]
    /// The pool that `ce` is told to use.
    package var pool: PoolSettings
    /// At least one, in the order of the file.
    package var groups: [ScenarioGroup]
    /// Of all groups, in the order of their slots; each group has at least one.
    package var cards: [ScenarioCard]
    package var expectation: ScenarioExpectation
    /// What is downloaded afterwards, one after the other.
    package var steps: [ScenarioStep]

    package init(
        intent: String, name: String, seed: UInt64, timeout: Duration, server: ScenarioServer,
        linkSecurity: ScenarioLinkSecurity = .tls, images: [ScenarioImage], pool: PoolSettings, groups: [ScenarioGroup],
        cards: [ScenarioCard],
        expectation: ScenarioExpectation, steps: [ScenarioStep] = []
    ) {
        self.intent = intent
        self.name = name
        self.seed = seed
        self.timeout = timeout
        self.server = server
        self.linkSecurity = linkSecurity
        self.images = images
        self.pool = pool
        self.groups = groups
        self.cards = cards
        self.expectation = expectation
        self.steps = steps
    }
}

extension Scenario {
    /// Whether cards restart with what they have got.
    package var bootsImages: Bool { groups.contains { $0.after != .stage } || steps.contains { $0.after != .stage } }
}

/// Like cards that get one image.
package struct ScenarioGroup: Equatable, Sendable {
    package var name: String
    /// The cards' hardware type.
    package var kind: String
    package var image: ScenarioImage
    package var after: ScenarioGoal
    package var stalls: ScenarioStallPolicy

    package init(
        name: String, kind: String, image: ScenarioImage, after: ScenarioGoal = .stage,
        stalls: ScenarioStallPolicy = .stallBudget
    ) {
        self.stalls = stalls
        self.name = name
        self.kind = kind
        self.image = image
        self.after = after
    }
}

/// What a scenario may ask for, and what it gets where it does not ask.
package enum ScenarioLimits {
    package static let defaultSeed: UInt64 = 1
    package static let defaultTimeout = Duration.seconds(120)
    package static let timeoutRange = Duration.milliseconds(1)...Duration.seconds(24 * 3600)
    /// What the card protocol has room for.
    package static let slotRange: ClosedRange<UInt16> = 1...UInt16.max
    /// The largest shelf that the virtual clock is meant for.
    package static let maximumCards = 10_000
    /// As many as a plan may have.
    package static let maximumGroups = 64

    package static let rateRange = DataRate(bitsPerSecond: 1000)...DataRate(bitsPerSecond: 400_000_000_000)
    package static let latencyRange = Duration.zero...Duration.seconds(10)

    package static let defaultFlashProfile = FlashProfileName.spiNOR
    /// 0 makes every flash operation take no time; 1 is the real part.
    package static let flashScaleRange = 0.0...1000.0
    /// Room for any image of the catalogue.
    package static let defaultFlashSize = ByteCount.mebibytes(32)
    package static let flashSizeRange = ByteCount.kibibytes(64)...ImageLimits.maximumImage
    /// Ten thousand times what the best parts promise.
    package static let cyclesRange = 0...1_000_000_000
    /// Blocks and pages of a flash: whether it has so many is known when the shelf is built.
    package static let flashIndexRange = 0...(1 << 40)
    package static let slownessRange = 0.0...1000.0
    /// Bad blocks of a card, and likewise bad pages: as many as a card has spare blocks at most.
    package static let maximumFlashFaults = 64

    /// Two sections: one is programmed while the next is on its way.
    package static let defaultWindow = ByteCount.kibibytes(128)
    package static let windowRange = ByteCount.kibibytes(1)...ByteCount.mebibytes(16)
    package static let defaultSection = ByteCount.kibibytes(64)
    /// The upper bound is the card protocol's largest section.
    package static let sectionRange = ByteCount.kibibytes(1)...ByteCount.kibibytes(64)
}
