package import Runtime

/// One direction of a link: when do bytes that are handed to it now leave, and when do they arrive?
///
/// A plain value without tasks. One value may serve many connections that share a line: they share its rate in the order
/// in which they hand over their bytes. The rate is kept by the sum of all transmission times, not by counting within
/// intervals, so that rounding and late timers do not add up.
package struct LinkDirection: Sendable {
    /// A sender that comes at most this late after the line fell free was held up by a late timer of a busy host, and its
    /// bytes count as handed over in time; one that comes later found the line idle. So no span of time carries more
    /// than the rate and this much in advance.
    package static let timerLateness: Duration = .milliseconds(5)
    /// How much of its line's time a connection may have queued beyond the latency: four late timers, so that
    /// the line does not fall idle while its sender waits for the processor.
    static let queuedTime: Duration = .milliseconds(20)
    /// Bytes are carried in parts of this much line time, and a part arrives with its last byte: at most 200 timers a
    /// second for each direction.
    static let partTime: Duration = .milliseconds(5)
    /// A part is at least about one Ethernet frame, and at most the largest section with its frame's header and offset: a part more
    /// for those 28 bytes would be a timer more for each section.
    static let partBytesRange = 1024...(64 << 10) + 28
    /// At least one read of the engine (libcurl hands over 16 KiB). At most what the kernel would hold (tcp_wmem, tcp(7)): a
    /// link with more under way, as 1 Gbit/s with 40 ms, carries less than its rate.
    static let capacityRange = 16 << 10...4 << 20
    /// For the capacity of a line without a rate: what such a line could carry.
    private static let nominalBitsPerSecond: UInt64 = 1_000_000_000

    package let settings: LinkSettings
    /// When the last byte that was handed over has left.
    private var freeAt: Instant?
    /// What the transmission times lack in accuracy below a nanosecond, in nanoseconds x bits a second.
    private var remainder: UInt64 = 0

    package init(_ settings: LinkSettings) {
        self.settings = settings
    }

    /// Hands over bytes.
    ///
    /// - Parameter bytes: at most 1 GiB at once.
    /// - Returns: when the last of them leaves the sender, and when it arrives.
    package mutating func admit(bytes: Int, at now: Instant) -> (departure: Instant, arrival: Instant) {
        precondition((0...1 << 30).contains(bytes))
        guard let rate = settings.bitsPerSecond else { return (now, now.advanced(by: settings.latency)) }
        var start = now
        if let freeAt, freeAt.duration(to: now) <= Self.timerLateness {
            start = freeAt
        } else {
            remainder = 0
        }
        // At most 2^33 bits x 10^9, and a remainder below the rate: no overflow for any rate below 9 x 10^18.
        let (nanoseconds, rest) = (UInt64(bytes) * 8 * 1_000_000_000 + remainder).quotientAndRemainder(dividingBy: rate)
        remainder = rest
        let departure = start.advanced(by: .nanoseconds(nanoseconds))
        freeAt = departure
        return (departure, departure.advanced(by: settings.latency))
    }

    /// How many bytes are handed over as one part.
    package var partBytes: Int {
        Self.clamp(bytes(in: Self.partTime), to: Self.partBytesRange)
    }

    /// How many bytes one connection may have under way: the line's content over its latency, and a queue.
    package var capacityBytes: Int {
        let queued = settings.bitsPerSecond == nil ? 4 * partBytes : bytes(in: Self.queuedTime)
        return Self.clamp(bytes(in: settings.latency) + queued, to: Self.capacityRange)
    }

    private func bytes(in time: Duration) -> Int {
        let bytes = time.seconds * Double(settings.bitsPerSecond ?? Self.nominalBitsPerSecond) / 8
        return Int(min(bytes, Double(1 << 40)))
    }

    private static func clamp(_ value: Int, to range: ClosedRange<Int>) -> Int {
        min(max(value, range.lowerBound), range.upperBound)
    }
}
