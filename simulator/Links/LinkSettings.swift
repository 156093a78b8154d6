/// How an emulated link behaves, the same in both directions.
package struct LinkSettings: Equatable, Sendable {
    /// Bits a second in each direction, at least 1; nil: no limit.
    package var bitsPerSecond: UInt64?
    /// How long a byte is under way, one way, after it has left the sender. Not negative.
    package var latency: Duration

    package init(bitsPerSecond: UInt64? = nil, latency: Duration = .zero) {
        precondition(bitsPerSecond != 0, "a link with a rate of 0 carries nothing: leave it out instead")
        precondition(latency >= .zero, "a link's latency is negative: \(latency)")
        self.bitsPerSecond = bitsPerSecond
        self.latency = latency
    }

    /// A link that need not be emulated.
    package static let unlimited = LinkSettings()
}
