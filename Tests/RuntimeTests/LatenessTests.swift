import Runtime
import Testing

@Suite struct LatenessTests {
    @Test func quantilesAreToldToASixteenth() {
        var histogram = LatenessHistogram()
        #expect(histogram.quantile(0.99) == .zero)
        for value in 1...1000 { histogram.add(.microseconds(value)) }
        #expect(histogram.count == 1000)
        #expect(histogram.maximum == .microseconds(1000))
        for share in [0.01, 0.5, 0.9, 0.99] {
            let exact = Duration.microseconds(Int(share * 1000))
            let told = histogram.quantile(share)
            #expect(told >= exact && told <= exact * 1.07 + .microseconds(1), "\(share): \(told)")
        }
        #expect(histogram.quantile(1) == .microseconds(1000))
    }

    @Test(arguments: [0, 15, 16, 17, 31, 32, 1_000_000, 86_400_000_000]) func oneValueIsItself(
        microseconds: Int
    ) {
        var histogram = LatenessHistogram()
        histogram.add(.microseconds(microseconds))
        #expect(histogram.quantile(0.5) == .microseconds(microseconds))
    }

    /// A loop that has nothing else to do is never late.
    @Test func aHeartbeatOnAQuietLoopIsPunctual() throws {
        let loop = VirtualTimeLoop(seed: 1)
        let lateness = try loop.run { () async -> LatenessHistogram in
            let heartbeat = Heartbeat(loop: loop)
            _ = try? await loop.withDeadline(.milliseconds(1005), "end of the heartbeat") { await heartbeat.run() }
            return heartbeat.lateness
        }
        #expect(lateness.count == 100)
        #expect(lateness.maximum == .zero)
    }

    /// All beats that fall into a long turn are late, not the first alone.
    @Test func aLongTurnIsSeen() throws {
        let loop = EventLoop()
        let lateness = try loop.run { () async -> LatenessHistogram in
            let heartbeat = Heartbeat(loop: loop)
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await heartbeat.run() }
                tasks.addTask {
                    await loop.yield()
                    let end = loop.now.advanced(by: .milliseconds(55))
                    while loop.now < end {}
                }
                _ = await tasks.next()
                try? await loop.sleep(for: .milliseconds(1))
                tasks.cancelAll()
            }
            return heartbeat.lateness
        }.result
        #expect(lateness.count >= 5)
        #expect(lateness.maximum >= .milliseconds(40))
        #expect(lateness.quantile(0.5) >= .milliseconds(10))
    }
}
