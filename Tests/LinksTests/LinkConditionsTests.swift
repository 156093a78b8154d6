import Faults
import Links
import Runtime
import Testing

/// Faults that are switched while a connection lives.
@Suite struct LinkConditionsTests {
    /// What a peer that sends without end sees, while its link's faults change.
    private struct Seen: Sendable {
        var bytes = 0
        var at: Instant
        var failure: ConnectionError?
    }

    /// The peer sends `count` bytes at once; the link's conditions change as `script` says; the other end reads to its end.
    private static func run(
        bytes count: Int = 1 << 20, _ settings: LinkSettings = LinkSettings(bitsPerSecond: 8_000_000),
        _ script: @escaping @Sendable (LinkConditions, any Loop) async throws -> Void
    ) throws -> Seen {
        try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let conditions = LinkConditions(seed: 1, loop: loop)
            let link = LinkedConnection(ends.server, settings, conditions: conditions, loop: loop)
            return try await withThrowingTaskGroup(of: Seen?.self) { group in
                group.addTask {
                    await link.pump()
                    return nil
                }
                group.addTask {
                    try? await ends.client.writeAll(pattern(count))
                    ends.client.close()
                    return nil
                }
                group.addTask {
                    try await script(conditions, loop)
                    return nil
                }
                var seen = Seen(at: loop.now)
                do {
                    seen.bytes = try await readAll(link).count
                } catch let error as ConnectionError {
                    seen.failure = error
                }
                seen.at = loop.now
                link.close()
                group.cancelAll()
                while (try? await group.next()) != nil {}
                return seen
            }
        }
    }

    private static let whole = Duration.microseconds(1_048_576)

    @Test func aLinkThatIsHeldDeliversAllOfItLater() throws {
        let seen = try Self.run { conditions, loop in
            try await loop.sleep(for: .milliseconds(300))
            conditions.begin(1, .down) { $0.isHeld = true }
            try await loop.sleep(for: .milliseconds(700))
            conditions.end(1)
        }
        #expect(seen.bytes == 1 << 20)
        // The peer goes on until the link is full, so less than the whole pause is lost.
        #expect(seen.at.sinceStart > Self.whole + .milliseconds(600))
        #expect(seen.at.sinceStart < Self.whole + .milliseconds(750))
    }

    @Test func aResetReachesTheReader() throws {
        let seen = try Self.run { conditions, loop in
            try await loop.sleep(for: .milliseconds(300))
            conditions.begin(1, .both) { $0.isReset = true }
            conditions.end(1)
        }
        guard case .lost = seen.failure else {
            Issue.record("the connection is not lost: \(seen)")
            return
        }
        #expect(seen.at.sinceStart == .milliseconds(300))
    }

    @Test func aNarrowedLinkTakesItsTime() throws {
        let seen = try Self.run { conditions, loop in
            try await loop.sleep(for: .milliseconds(500))
            conditions.begin(1, .down) { $0.bitsPerSecond = 4_000_000 }
        }
        #expect(seen.bytes == 1 << 20)
        let expected = Duration.milliseconds(500) + (Self.whole - .milliseconds(500)) * 2
        #expect(seen.at.sinceStart > expected - .milliseconds(60) && seen.at.sinceStart < expected + .milliseconds(60))
    }

    @Test func latencyIsAddedAndTakenAway() throws {
        let slow = try Self.run { conditions, _ in conditions.begin(1, .down) { $0.latency = .milliseconds(40) } }
        #expect(slow.at.sinceStart == Self.whole + .milliseconds(40))
        let other = try Self.run { conditions, _ in conditions.begin(1, .up) { $0.latency = .milliseconds(40) } }
        #expect(other.at.sinceStart == Self.whole)
    }

    @Test func anEndIsLate() throws {
        let seen = try Self.run { conditions, _ in conditions.begin(1, .down) { $0.closeDelay = .milliseconds(90) } }
        #expect(seen.bytes == 1 << 20)
        #expect(seen.at.sinceStart >= Self.whole + .milliseconds(90))
    }

    @Test func jitterKeepsTheOrder() throws {
        let seen = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let conditions = LinkConditions(seed: 3, loop: loop)
            conditions.begin(1, .down) { $0.jitter = .milliseconds(30) }
            let link = LinkedConnection(ends.server, LinkSettings(), conditions: conditions, loop: loop)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await link.pump() }
                group.addTask {
                    try await ends.client.writeAll(pattern(500_000))
                    ends.client.close()
                }
                let bytes = try await readAll(link)
                link.close()
                try await group.waitForAll()
                return bytes
            }
        }
        #expect(seen == pattern(500_000))
    }
}
