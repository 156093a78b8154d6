import Runtime
import Testing

@Suite struct RateLimitTests {
    private static func run<Success: Sendable>(
        _ body: @escaping @Sendable (VirtualTimeLoop) async -> Success
    ) throws -> Success {
        let loop = VirtualTimeLoop(seed: 1)
        return try loop.run { await body(loop) }
    }

    @Test func whatIsTakenTakesItsTime() throws {
        let elapsed = try Self.run { loop in
            let rate = RateLimit(bytesPerSecond: 1000, loop: loop)
            for _ in 0..<50 { try? await rate.pay(100) }
            return loop.now.sinceStart
        }
        // The last 100 bytes go when those before them are paid for, and 20 ms may be caught up.
        #expect(elapsed >= .milliseconds(4880) && elapsed <= .milliseconds(4900))
    }

    @Test func allWhoTakeShareIt() throws {
        let ends = try Self.run { loop in
            let rate = RateLimit(bytesPerSecond: 1000, loop: loop)
            return await withTaskGroup(of: Duration.self) { tasks in
                for _ in 0..<4 {
                    tasks.addTask {
                        for _ in 0..<10 { try? await rate.pay(100) }
                        return loop.now.sinceStart
                    }
                }
                var ends: [Duration] = []
                for await end in tasks { ends.append(end) }
                return ends
            }
        }
        // Nobody goes before the others: all end within one round.
        #expect(ends.max()! <= .milliseconds(3900))
        #expect(ends.min()! >= .milliseconds(3200))
    }

    @Test func whoWaitsHearsOfAnotherRate() throws {
        let elapsed = try Self.run { loop in
            let rate = RateLimit(bytesPerSecond: 1, loop: loop)
            rate.take(1000)
            #expect(!rate.isOpen)
            async let waited: Void? = try? rate.wait()
            try? await loop.sleep(for: .seconds(1))
            rate.bytesPerSecond = nil
            _ = await waited
            #expect(rate.isOpen && !rate.isLimited)
            return loop.now.sinceStart
        }
        #expect(elapsed <= .milliseconds(1050))
    }

    @Test func withoutALimitNothingWaits() throws {
        let elapsed = try Self.run { loop in
            let rate = RateLimit(loop: loop)
            for _ in 0..<10 { try? await rate.pay(1 << 30) }
            return loop.now.sinceStart
        }
        #expect(elapsed == .zero)
    }
}
