import Links
import Runtime
import Testing

@Suite struct LinkDirectionTests {
    private func at(_ milliseconds: Double) -> Instant {
        Instant(sinceStart: .nanoseconds(Int64((milliseconds * 1e6).rounded())))
    }

    @Test func bytesLeaveWithTheRateAndArriveALatencyLater() {
        var line = LinkDirection(LinkSettings(bitsPerSecond: 8_000_000, latency: .milliseconds(7)))
        let first = line.admit(bytes: 1000, at: at(10))
        #expect(first == (at(11), at(18)))
        let second = line.admit(bytes: 500, at: at(10))
        #expect(second == (at(11.5), at(18.5)))
    }

    @Test func withoutARateOnlyTheLatencyCounts() {
        var line = LinkDirection(LinkSettings(latency: .milliseconds(3)))
        #expect(line.admit(bytes: 1 << 30, at: at(1)) == (at(1), at(4)))
        #expect(line.admit(bytes: 1, at: at(1)) == (at(1), at(4)))
    }

    @Test(arguments: [1, 7, 999_983, 8_000_000, 3_000_000_000] as [UInt64])
    func roundingDoesNotAddUp(bitsPerSecond: UInt64) {
        var line = LinkDirection(LinkSettings(bitsPerSecond: bitsPerSecond))
        var last = at(0)
        for _ in 0..<10_000 { last = line.admit(bytes: 13, at: at(0)).departure }
        let exact = UInt64(10_000 * 13 * 8) * 1_000_000_000 / bitsPerSecond
        #expect(last == Instant(sinceStart: .nanoseconds(exact)))
    }

    @Test func lateTimersDoNotLowerTheRate() {
        var line = LinkDirection(LinkSettings(bitsPerSecond: 8_000_000))
        var now = at(0)
        for _ in 0..<100 {
            // Each sender wakes 4 ms after the line fell free.
            now = line.admit(bytes: 10_000, at: now).departure.advanced(by: .milliseconds(4))
        }
        #expect(now == at(1004))
    }

    @Test func anIdleLineGivesNoCredit() {
        var line = LinkDirection(LinkSettings(bitsPerSecond: 8_000_000))
        _ = line.admit(bytes: 1000, at: at(0))
        // Free at 1 ms. 5 ms later is a late timer; then free at 2 ms, and a nanosecond more than 5 ms later is an idle line.
        #expect(line.admit(bytes: 1000, at: at(6)).departure == at(2))
        #expect(line.admit(bytes: 1000, at: at(7.000001)).departure == at(8.000001))
        #expect(line.admit(bytes: 1000, at: at(1000)).departure == at(1001))
    }

    /// Whatever the senders do, no span of time carries more than the rate and the named lateness in advance.
    @Test(arguments: 0..<20 as Range<UInt64>) func theRateIsNeverExceededByMoreThanTheLateness(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var line = LinkDirection(LinkSettings(bitsPerSecond: 8_000_000))
        var now = at(0)
        var sent: [(at: Instant, bytes: Int)] = []
        for _ in 0..<300 {
            let bytes = Int(random.next() % 3000)
            let departure = line.admit(bytes: bytes, at: now).departure
            sent.append((max(departure, now), bytes))
            now = max(departure, now).advanced(by: .microseconds(Int64(random.next() % 9000)))
        }
        for start in sent.indices {
            var bytes = 0
            for end in sent.indices[(start + 1)...] {
                bytes += sent[end].bytes
                let span = sent[start].at.duration(to: sent[end].at) + LinkDirection.timerLateness
                #expect(Duration.microseconds(bytes) <= span, "seed \(seed), parts \(start) to \(end)")
            }
        }
    }

    @Test(arguments: [
        (LinkSettings(bitsPerSecond: 1000), 1024, 16 << 10),
        (LinkSettings(bitsPerSecond: 16_000_000, latency: .milliseconds(1)), 10_000, 42_000),
        (LinkSettings(bitsPerSecond: 100_000_000, latency: .milliseconds(10)), 62_500, 375_000),
        (LinkSettings(bitsPerSecond: 10_000_000_000, latency: .seconds(1)), 65_564, 4 << 20),
        (LinkSettings(latency: .milliseconds(10)), 65_564, 1_250_000 + 4 * 65_564),
    ])
    func capacityFollowsRateAndLatencyWithinItsBounds(settings: LinkSettings, partBytes: Int, capacityBytes: Int) {
        let line = LinkDirection(settings)
        #expect(line.partBytes == partBytes)
        #expect(line.capacityBytes == capacityBytes)
    }
}
