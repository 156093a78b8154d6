/// What a card runs, as far as the CE knows, in a plan's terms.
package enum CardState: String, Codable, CaseIterable, Sendable {
    /// The image is verified in flash, and does not run.
    case staged
    /// It runs on trial.
    case activated
    /// It runs, and will after every restart.
    case committed
    /// It ran or should have, and the card has returned to what it ran before.
    case rolledBack = "rolled_back"
    /// The card was activated and has not come back: nobody knows what it runs.
    case unknown
    /// The card is up, and has not done what it was asked for.
    case failed
}
