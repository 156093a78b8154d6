/// How hard a source tries to go on after a session that broke.
package struct ResumptionLimits: Sendable {
    /// Sessions in a row that bring nothing to speak of, after which the image is given up: with the delays below this is
    /// about 40 seconds, in which a server program is started again by whoever watches over it.
    package var attempts = 8
    /// Before the first of them: a cut line is often back at once.
    package var firstDelay: Duration = .milliseconds(250)
    /// Each delay is twice the one before, up to this: a server that comes back is noticed soon enough.
    package var longestDelay: Duration = .seconds(10)
    /// What a session begins before the end of what the sink has, at least, to compare it: one block of the engine. Also
    /// how much counts as progress, after which delays and attempts begin anew: a server that gives one byte a session does
    /// not hold the job up for ever.
    package var overlapBytes = 64 << 10

    /// Where another source can go on: with the delays above this is less than two seconds.
    package static let attemptsBesideOthers = 3

    package init() {}

    /// Until the next session.
    ///
    /// - Parameter failures: sessions without progress so far, from 1.
    package func delay(afterFailures failures: Int) -> Duration {
        var delay = firstDelay
        var doublings = failures - 1
        while doublings > 0 && delay < longestDelay {
            delay *= 2
            doublings -= 1
        }
        return min(delay, longestDelay)
    }
}
