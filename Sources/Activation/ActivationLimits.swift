/// The waits and retries of activation, each with its reason.
package enum ActivationLimits {
    /// What the kernel may hold for a card of unsent bytes (SO_SNDBUF): requests are small.
    package static let sendBufferBytes = 8 << 10
    /// Until a card has answered an activate, commit, rollBack or abort: it writes a boot record, whose erase may take 6 s
    /// (M29W data sheet, maximum).
    package static let answer: Duration = .seconds(15)
    /// How often a request whose answer was lost is sent again, after the card was asked: more losses are no accident.
    package static let attempts = 3
    /// How often a card that should be up is tried.
    package static let reachAttempts = 3
    /// Between two looks at a card that restarts; doubled each time, up to the longest. A shelf of a hundred cards that is asked
    /// every two seconds costs the CE nothing.
    package static let firstPause: Duration = .milliseconds(100)
    package static let longestPause: Duration = .seconds(2)
    /// How long a card may be away at least, whatever it expects of itself: its link, too, must come up again.
    package static let restart: Duration = .seconds(30)
    /// A boot may take this many times what the card expects.
    package static let bootFactor = 2
    /// The longest boot that is believed: more would be a card that has lost its mind.
    package static let longestBoot: Duration = .seconds(600)
    /// How long a missing card is waited for beyond its restart and its trial: it returns by itself when that ends, and
    /// boots once more.
    package static let resolve: Duration = .seconds(120)

    /// How long a card may be away that expects to boot in `boot`.
    package static func restart(expecting boot: Duration) -> Duration {
        max(restart, min(boot, longestBoot) * bootFactor)
    }
}
