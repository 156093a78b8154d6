import ImageSources
import Runtime
import Testing

/// Several sources of one image: which is asked when, and that the sink gets every byte once.
@Suite struct FallbackSourceTests {
    private typealias Session = ScriptedSource.Session

    private static let image = (0..<100_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    private static let gone = SourceError.unreachable(url: "ftp://x/y", cause: "refused")
    private static let noDonor = SourceError.noDonor(cause: "slot 3: the connection was lost")

    private struct Result: Sendable {
        var outcome: Outcome
        /// What each source was asked for, from which byte on.
        var offsets: [[UInt64]]
    }

    /// A server, then cards.
    private func fetch(
        _ server: [Session], _ cards: [Session], from start: UInt64 = 0,
        into makeSink: @escaping @Sendable () -> CollectingSink = { CollectingSink() }
    ) throws -> Result {
        let loop = VirtualTimeLoop(seed: 1)
        return try loop.run {
            let scripts = [server, cards].map { ScriptedSource(Self.image, $0, loop: loop) }
            let source = FallbackSource(
                [
                    FallbackSource.Member(scripts[0], origin: .server),
                    FallbackSource.Member(scripts[1], origin: .card(slot: 3)),
                ], progressBytes: 8192, loop: loop)
            let outcome = await Fetcher(loop: loop).fetch(source, from: start, into: makeSink)
            return Result(outcome: outcome, offsets: scripts.map { $0.requests.map(\.offset) })
        }
    }

    @Test func theFirstOneIsEnoughWhereItIsSound() throws {
        let result = try fetch([Session()], [Session()])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [[0], []])
        #expect(result.outcome.origins == [.server])
    }

    @Test(arguments: [0, 1, 50_000, 99_999]) func theNextOneGoesOnAtTheSameByte(end: Int) throws {
        let result = try fetch([Session(end: end, error: Self.gone)], [Session()])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [[0], [UInt64(end)]])
        #expect(result.outcome.origins == [.server, .card(slot: 3)])
        #expect(result.outcome.interruptions == [Self.gone])
    }

    @Test func fromTheServerToACardAndBack() throws {
        let result = try fetch(
            [Session(end: 40_000, error: Self.gone), Session()], [Session(end: 70_000, error: Self.noDonor)])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [[0, 70_000], [40_000]])
        #expect(result.outcome.origins == [.server, .card(slot: 3), .server])
    }

    @Test func anImageThatIsBegunInItsMiddle() throws {
        let result = try fetch([Session(end: 70_000, error: Self.gone)], [Session()], from: 50_000)
        #expect(difference(result.outcome.bytes, Array(Self.image[50_000...])) == nil)
        #expect(result.offsets == [[50_000], [70_000]])
    }

    @Test func whenAllHaveFailedTheErrorNamesEach() throws {
        let result = try fetch([Session(end: 0, error: Self.gone)], [Session(end: 0, error: Self.noDonor)])
        // Each twice: one that was away a moment ago may be back.
        #expect(result.offsets == [[0, 0], [0, 0]])
        #expect(result.outcome.delays == [.zero, .seconds(1), .zero])
        #expect(result.outcome.error == .allFailed([Self.gone, Self.noDonor]))
        let error = try #require(result.outcome.error)
        #expect(error.isUnavailability)
        #expect(error.description.contains("cannot reach the file server of ftp://x/y"))
        #expect(error.description.contains("and no card gives the image: slot 3"))
    }

    /// Each of them brings a good part of the image whenever it is asked: that may go on.
    @Test func progressCountsAnew() throws {
        let ends = [10_000, 30_000, 50_000, 70_000, 90_000]
        let result = try fetch(
            ends.map { Session(end: $0, error: Self.gone) } + [Session()],
            ends.map { Session(end: $0 + 10_000, error: Self.noDonor) })
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
    }

    @Test func oneThatGivesNextToNothingIsGivenUp() throws {
        let result = try fetch(
            (0..<20).map { Session(end: 30_000 + $0, error: Self.gone) }, [Session(end: 0, error: Self.noDonor)])
        #expect(result.outcome.error == .allFailed([Self.gone, Self.noDonor]))
        #expect(result.offsets.map(\.count) == [2, 2])
    }

    @Test func theSinksRefusalEndsIt() throws {
        let result = try fetch([Session()], [Session()], into: { CollectingSink(limitBytes: 60_000) })
        #expect(result.outcome.error == .refusedBySink(SinkRefusal("that is enough")))
        #expect(result.offsets == [[0], []])
    }

    @Test func cancellationEndsIt() throws {
        let result = try fetch([Session(end: 0, error: .cancelled)], [Session()])
        #expect(result.outcome.error == .cancelled)
        #expect(result.offsets == [[0], []])
    }
}
