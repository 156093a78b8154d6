/// A mistake that a card's software could have, for the proof that the power-cut sweep finds it. No card has one.
package enum PlantedDefect: String, CaseIterable, Sendable {
    /// There is one place for the boot record, instead of two that are written in turn.
    case oneBootRecord = "one-boot-record"
    /// Bytes count as programmed before they are.
    case earlyAcknowledgement = "early-acknowledgement"
    /// The instance is valid from the start of its download on.
    case earlyValid = "early-valid"
    /// The download goes into the instance that runs.
    case overwritesRunning = "overwrites-running"
    /// After a restart the download goes on one program unit too far.
    case resumeTooFar = "resume-too-far"
}

/// The rules of trial boots that a shelf may set.
package struct BootPolicy: Equatable, Sendable {
    /// How often an instance on trial is booted before the card returns to the committed one: 1 to 255.
    package var attempts = 3
    /// How long a booted instance has to be committed, where activate does not say: in seconds, 1 to 65,535.
    package var trialSeconds = 60

    package init(attempts: Int = 3, trialSeconds: Int = 60) {
        precondition((1...255).contains(attempts) && (1...65_535).contains(trialSeconds))
        self.attempts = attempts
        self.trialSeconds = trialSeconds
    }
}
