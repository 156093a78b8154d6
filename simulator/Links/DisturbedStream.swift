package import Faults
package import Runtime

/// One direction of one connection as its link's faults see it: what of the bytes that are handed over goes on, in which parts, and
/// how spoiled.
///
/// A plain value without tasks.
package struct DisturbedStream {
    private var frames = FrameCutter()
    /// A frame that the next one overtakes.
    private var overtaken: [UInt8]?
    /// How many bytes have gone since the limit was set.
    private var carried: UInt64 = 0
    private var limit: UInt64?

    package init() {}

    package struct Passage {
        package var parts: [[UInt8]] = []
        /// Of all of them.
        package var jitter = Duration.zero
        /// The connection breaks behind them.
        package var breaks = false
    }

    /// - Parameter position: how many bytes the direction has carried since its faults changed.
    package mutating func pass(
        _ bytes: [UInt8], at position: UInt64, under disturbance: LinkDisturbance, random: inout SplitMix64
    ) -> Passage {
        var passage = Passage()
        if disturbance.byteLimit != limit {
            limit = disturbance.byteLimit
            carried = 0
        }
        var bytes = spoil(bytes, at: position, disturbance, &random)
        if let limit {
            let left = Int(clamping: limit - min(limit, carried))
            passage.breaks = bytes.count >= left
            bytes = Array(bytes.prefix(left))
            carried += UInt64(bytes.count)
        }
        for chunk in frames.cut(bytes, wholeFrames: disturbance.concernsFrames || overtaken != nil) {
            for part in shuffle(chunk, disturbance, &random) { slice(part, disturbance, &random, into: &passage.parts) }
        }
        if disturbance.jitter > .zero { passage.jitter = disturbance.jitter * random.fraction() }
        return passage
    }

    private func spoil(
        _ bytes: [UInt8], at position: UInt64, _ disturbance: LinkDisturbance, _ random: inout SplitMix64
    ) -> [UInt8] {
        var bytes = bytes
        if let byte = disturbance.corruptByte, byte >= position, byte - position < UInt64(bytes.count) {
            bytes[Int(byte - position)] ^= 0xFF
        }
        if disturbance.corruptProbability > 0, !bytes.isEmpty, random.fraction() < disturbance.corruptProbability {
            bytes[Int(random.next() % UInt64(bytes.count))] ^= UInt8(1 << (random.next() % 8))
        }
        return bytes
    }

    /// What comes in the place of a frame: itself, itself twice, or nothing, and then behind the next one.
    private mutating func shuffle(
        _ chunk: FrameCutter.Chunk, _ disturbance: LinkDisturbance, _ random: inout SplitMix64
    ) -> [[UInt8]] {
        guard chunk.isFrame else { return [chunk.bytes] }
        if let first = overtaken {
            overtaken = nil
            return [chunk.bytes, first]
        }
        if disturbance.reorderProbability > 0, random.fraction() < disturbance.reorderProbability {
            overtaken = chunk.bytes
            return []
        }
        let isTwice = disturbance.duplicateProbability > 0 && random.fraction() < disturbance.duplicateProbability
        return isTwice ? [chunk.bytes, chunk.bytes] : [chunk.bytes]
    }

    private func slice(
        _ bytes: [UInt8], _ disturbance: LinkDisturbance, _ random: inout SplitMix64, into parts: inout [[UInt8]]
    ) {
        guard let slice = disturbance.slice else { return parts.append(bytes) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let spread =
                slice.variation > 0 ? Int(random.next() % UInt64(2 * slice.variation + 1)) - slice.variation : 0
            // A part for each byte would be more parts than a link keeps: the rest goes as one.
            let count = parts.count >= Self.mostParts ? rest.count : max(1, slice.bytes + spread)
            parts.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
    }

    /// Of what is handed over at once.
    private static let mostParts = 256
}

extension SplitMix64 {
    /// From 0 up to 1.
    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
