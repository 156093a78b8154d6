/// The engine's waits and buffers, each with its reason.
package enum DownloadLimits {
    /// Until a card has accepted a download: it writes a boot record, whose erase may take 6 s (M29W data sheet, maximum).
    package static let start: Duration = .seconds(15)
    /// Until a card has programmed a section: one of 64 KiB takes 1.5 s on the slowest flash typically, and an erase up to 6 s
    /// at most. A slow link takes its time, too.
    package static let section: Duration = .seconds(120)
    /// How many acknowledgements a card may send for each section: one, and a sign of life a second while its flash is busy with it,
    /// twice over. A card that sends more keeps the CE busy with reading them.
    package static let acknowledgementsPerSection = 256
    /// Until a card that owes an acknowledgement says anything: it does so every second while its flash is busy or bytes come.
    package static let silence: Duration = .seconds(4)
    /// Until a donor card has sent a section that was asked for.
    package static let read: Duration = .seconds(5)
    /// How long a card that catches up waits before it looks again for a donor that is ahead of it.
    package static let donorPause: Duration = .milliseconds(10)
    /// How long a card may be away whose connection was lost in the middle: one that restarts is back within seconds.
    package static let comeBack: Duration = .seconds(10)
    /// The pauses between two looks for it grow from this …
    package static let firstComeBackPause: Duration = .milliseconds(100)
    /// … to this.
    package static let longestComeBackPause: Duration = .seconds(1)
    /// A card that is lost more often does not get through.
    package static let mostLosses = 8
    /// How often a card that was detached may come back: one that falls behind again and again is served by itself.
    package static let mostReturns = 3
    /// Until a card has programmed what is in its window, compared the digest and written its boot record.
    package static let result: Duration = .seconds(60)
    /// Until a card has given a download up: it programs what is in its window at most.
    package static let abort: Duration = .seconds(5)
    /// How long the cards of a group have to say what they hold of the image when the first one holds a part: a card that is there
    /// answers within a round trip.
    package static let gathering: Duration = .seconds(1)
    /// How often it is looked whether all have.
    package static let gatheringStep: Duration = .milliseconds(5)
    /// How often the pool is looked at, for its depth and for stragglers: a quarter of what a card may cost at once …
    package static let leastStallPeriod: Duration = .milliseconds(5)
    /// … and of the elapsed time, a quarter of the share that it may cost.
    package static let stallPeriodShare = 0.005
    /// What the kernel may hold for a card of unsent and unacknowledged bytes (SO_SNDBUF). Two sections: below that a
    /// delayed acknowledgement costs 40 ms. By default a stalled card would soak up 4 MiB.
    package static let sendBufferBytes = 128 << 10
    /// The kernel doubles SO_SNDBUF (socket(7)).
    package static let kernelSendBytesPerCard = 2 * sendBufferBytes
    /// The largest window that is believed: more would be a card that has lost its mind.
    package static let windowBytes = 16 << 20
}
