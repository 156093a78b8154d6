import Events
import Testing

@Suite struct EventStreamTests {
    private func sample(_ seconds: Double, cards: Int = 1, group: String = "a") -> RunEvent {
        let cards = (0..<cards).map { CardSample(slot: $0 + 1, flashBytes: 0) }
        return RunEvent(
            seconds: seconds,
            .sample(
                GroupSample(
                    group: group, serverBytes: 0, poolBytes: 0, budgetBytes: 0, depth: 2, fullSeconds: 0, holders: [],
                    cards: cards)))
    }

    /// An hour of samples, four a second.
    @Test func samplesBecomeRarerAsTheRunGrowsOlder() {
        var stream = EventStream()
        let kept = (0..<14_400).count { stream.line(for: sample(Double($0) * 0.25)) != nil }
        #expect((800...1600).contains(kept), "\(kept)")
    }

    @Test func everythingElseIsKept() {
        var stream = EventStream()
        let kept = (0..<1000).count {
            stream.line(for: RunEvent(seconds: 3600 + Double($0) * 0.001, .groupEnded(group: "a"))) != nil
        }
        #expect(kept == 1000)
    }

    @Test func aGroupsLastSampleIsKept() {
        var stream = EventStream()
        #expect(stream.line(for: sample(3600)) != nil)
        #expect(stream.line(for: sample(3600.1)) == nil)
        #expect(stream.line(for: sample(3600.1, group: "b")) != nil)
        #expect(stream.line(for: sample(3600.2, cards: 0)) != nil)
    }

    @Test func linesAreNumberedWithoutGaps() throws {
        let text = String(decoding: EventStream.bytes(of: (0..<100).map { sample(3600 + Double($0)) }), as: UTF8.self)
        let numbers = text.split(separator: "\n").compactMap { $0.firstMatch(of: /"seq":(\d+)/)?.output.1 }
        #expect(numbers.count < 20)
        #expect(numbers.map { Int($0) } == (0..<numbers.count).map { $0 })
    }

    @Test func streamsAreMergedByTime() {
        let first = [0.0, 1, 1, 3].map { RunEvent(seconds: $0, .groupEnded(group: "ce \($0)")) }
        let second = [11.0, 11.5].map { RunEvent(seconds: $0, .groupEnded(group: "shelf \($0)")) }
        let merged = EventStream.merged([(first, 0), (second, -10)])
        #expect(merged.map(\.seconds) == [0, 1, 1, 1, 1.5, 3])
        #expect(merged[3].kind == .groupEnded(group: "shelf 11.0"))
    }

    @Test(arguments: [(1, 50), (100, 50), (200, 100), (1000, 500), (10_000, 5000)])
    func largeGroupsAreSampledLessOften(cards: Int, milliseconds: Int) {
        #expect(EventLimits.samplePeriod(cardCount: cards) == .milliseconds(milliseconds))
    }
}
