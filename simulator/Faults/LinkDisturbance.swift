/// What is wrong with one direction of a link at the moment; the default is nothing.
package struct LinkDisturbance: Equatable, Sendable {
    /// Added to the link's latency; each part takes up to `jitter` more, as drawn.
    package var latency = Duration.zero
    package var jitter = Duration.zero
    /// nil: the link's own rate.
    package var bitsPerSecond: UInt64?
    package var slice: Slice?
    /// Each connection breaks after so many bytes.
    package var byteLimit: UInt64?
    /// The end of a stream comes so much later.
    package var closeDelay = Duration.zero
    /// Nothing arrives; what is under way waits.
    package var isHeld = false
    /// Connections are reset: those that there are, and new ones.
    package var isReset = false
    /// With what probability a byte of each part is spoiled.
    package var corruptProbability = 0.0
    /// The one byte that is spoiled, counted from when the fault began.
    package var corruptByte: UInt64?
    /// With what probability each frame comes twice, or behind the next one.
    package var duplicateProbability = 0.0
    package var reorderProbability = 0.0

    /// Bytes go in small parts, with a pause between two of them.
    package struct Slice: Equatable, Sendable {
        package var bytes: Int
        /// By how much a part may be larger or smaller, in bytes.
        package var variation: Int
        package var delay: Duration

        package init(bytes: Int, variation: Int, delay: Duration) {
            self.bytes = bytes
            self.variation = variation
            self.delay = delay
        }
    }

    package init() {}

    package static let none = LinkDisturbance()

    /// Frames must be seen as such.
    package var concernsFrames: Bool { duplicateProbability > 0 || reorderProbability > 0 }
}
