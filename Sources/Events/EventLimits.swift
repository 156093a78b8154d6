/// How often a running group is sampled, and how many samples are kept.
package enum EventLimits {
    /// A person sees nothing shorter in a timeline.
    package static let leastSamplePeriod: Duration = .milliseconds(50)
    /// Samples of all cards together, a second: at 200 cards they cost the CE less than 1 % of a processor.
    package static let cardSamplesPerSecond = 2000
    /// In a file samples become rarer as the run grows older: this share of the elapsed time lies between two of them, so that an
    /// hour has 1,400 of them and not 70,000.
    package static let sampleShare = 0.005
    /// What is collected before it is written.
    package static let bufferBytes = 32 << 10

    /// Between two samples of a group of so many cards.
    package static func samplePeriod(cardCount: Int) -> Duration {
        max(leastSamplePeriod, .seconds(1) * cardCount / cardSamplesPerSecond)
    }
}
