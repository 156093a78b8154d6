import Runtime

/// What the control socket allows, each with its reason.
package enum ControlLimits {
    /// A request is a short line.
    package static let requestBytes = 4 << 10
    /// The reply about a shelf of ten thousand cards has 2 MiB.
    package static let replyBytes = 16 << 20
    /// An operator, a watchdog and a script.
    package static let connections = 8
    /// How long a connection may say nothing.
    package static let silence: Duration = .seconds(30)
    /// Until a reply has come: a loop that is busy answers within milliseconds.
    package static let answer: Duration = .seconds(5)
    /// Cards that are told in one go: so many take well below a millisecond, and others have their turn between.
    static let cardsPerSlice = 64
}
