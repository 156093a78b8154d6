package import Events
package import Reports
package import Runtime

/// What happens in a download, as it happens: for progress, traces and reports.
package enum DownloadEvent: Equatable, Sendable {
    case groupStarted(GroupOpening)
    case groupEnded(group: String)
    /// The session with the image's source is opened.
    case sourceOpened(group: String)
    /// So many bytes of the image have come from the source.
    case sourceDelivered(group: String, bytes: UInt64)
    /// The source is done, and the image is the manifest's.
    case sourceVerified(group: String)
    /// The session broke; another one goes on.
    case sourceInterrupted(group: String, reason: String)
    case sourceFailed(group: String, reason: String)
    /// A card that the image was read back from is asked no more: it was gone, or gave something else than it should.
    case donorLeft(group: String, slot: Int, reason: String, isDistrusted: Bool)
    case cardChanged(slot: Int, CardPhase)
    /// The card has kept the others waiting for longer than it may, and is taken out of the window.
    case cardDetached(slot: Int, cost: Duration, allowed: Duration)
    /// A card that catches up reads from the card in slot `donor`; nil: from none any more.
    case cardDonor(slot: Int, donor: Int?)
    /// So many bytes are in the card's flash.
    case cardProgrammed(slot: Int, bytes: UInt64)
    case cardEnded(slot: Int, outcome: Outcome, reason: String?)
}

/// Where a card is in its download.
package enum CardPhase: String, CaseIterable, Sendable {
    case connecting, preparing, receiving, verifying
    /// It was detached, and is served by itself.
    case catchingUp = "catching-up"
    /// Its connection is lost; it may come back.
    case lost
}

/// Told of every event on the loop's thread, in order. It must not wait.
package protocol DownloadObserver: Sendable {
    func note(_ event: DownloadEvent, at instant: Instant)

    /// Whether it wants to be told how each group does, now and then: one that does not costs nothing.
    var takesSamples: Bool { get }
    func note(_ sample: GroupSample, at instant: Instant)
}

extension DownloadObserver {
    package var takesSamples: Bool { false }
    package func note(_ sample: GroupSample, at instant: Instant) {}
}
