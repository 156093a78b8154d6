/// The engine's waits and buffers, each with its reason.
package enum DownloadLimits {
    /// Until a card has accepted a download: it writes a boot record, whose erase may take 6 s (M29W data sheet, maximum).
    package static let start: Duration = .seconds(15)
    /// Until a card takes bytes or acknowledges some: a section of 64 KiB on the slowest flash takes 1.5 s typically, and
    /// an erase up to 6 s at most.
    package static let section: Duration = .seconds(30)
    /// Until a card has programmed what is in its window, compared the digest and written its boot record.
    package static let result: Duration = .seconds(60)
    /// Until a card has given a download up: it programs what is in its window at most.
    package static let abort: Duration = .seconds(5)
    /// What the kernel may hold for a card of unsent and unacknowledged bytes (SO_SNDBUF). Two sections: below that a
    /// delayed acknowledgement costs 40 ms. By default a stalled card would soak up 4 MiB.
    package static let sendBufferBytes = 128 << 10
    /// The kernel doubles SO_SNDBUF (socket(7)).
    package static let kernelSendBytesPerCard = 2 * sendBufferBytes
    /// The largest window that is believed: more would be a card that has lost its mind.
    package static let windowBytes = 16 << 20
}
