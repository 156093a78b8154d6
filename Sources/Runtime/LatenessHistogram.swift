/// How late things were, to a sixteenth of the value: pure, of fixed size, however many are added.
package struct LatenessHistogram: Equatable, Sendable {
    /// Buckets of each power of two, of microseconds.
    private static let steps = 16
    private static let stepBits = 4
    /// Up to 2^39 us, six days: what is later is counted as that.
    private static let bucketCount = steps * 36

    private var counts = [UInt64](repeating: 0, count: bucketCount)
    package private(set) var count: UInt64 = 0
    package private(set) var maximum: Duration = .zero

    package init() {}

    package mutating func add(_ lateness: Duration) {
        counts[Self.bucket(max(0, lateness.wholeNanoseconds / 1000))] += 1
        count += 1
        maximum = max(maximum, lateness)
    }

    /// The lateness that a share of all does not exceed; zero when nothing was added.
    ///
    /// - Parameter share: from 0 to 1.
    package func quantile(_ share: Double) -> Duration {
        let rank = UInt64((share * Double(count)).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() {
            seen += count
            if seen >= max(1, rank) { return min(maximum, .microseconds(Self.upperEdge(of: bucket))) }
        }
        return maximum
    }

    private static func bucket(_ microseconds: Int64) -> Int {
        guard microseconds >= steps else { return Int(microseconds) }
        let shift = Int64.bitWidth - 1 - microseconds.leadingZeroBitCount - stepBits
        return min(bucketCount - 1, (shift + 1) * steps + Int(microseconds >> Int64(shift)) - steps)
    }

    /// The largest value of a bucket, in microseconds, and one more.
    private static func upperEdge(of bucket: Int) -> Int64 {
        guard bucket >= steps else { return Int64(bucket) + 1 }
        return Int64(bucket % steps + steps + 1) << Int64(bucket / steps - 1)
    }
}
