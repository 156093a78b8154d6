import ImageSources
import Runtime
import Testing

/// Going on by itself, in virtual time, against sessions that a test writes down.
@Suite struct ResumingSourceTests {
    private typealias Session = ScriptedSource.Session

    private static let image = (0..<100_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    private static let blockBytes = 8192
    private static let cut = SourceError.interrupted(url: "u", receivedBytes: 0, cause: "cut")
    private static let down = SourceError.unreachable(url: "u", cause: "down")

    private struct Result: Sendable {
        var outcome: Outcome
        var requests: [ScriptedSource.Request]
        var offsets: [UInt64] { requests.map(\.offset) }
    }

    private func fetch(
        _ sessions: [Session], from start: UInt64 = 0, knowsSize: Bool = true, pieceBytes: Int = 1000,
        limits change: @escaping @Sendable (inout ResumptionLimits) -> Void = { _ in },
        into makeSink: @escaping @Sendable () -> CollectingSink = { CollectingSink() }
    ) throws -> Result {
        let loop = VirtualTimeLoop(seed: 1)
        return try loop.run {
            var limits = ResumptionLimits()
            limits.overlapBytes = Self.blockBytes
            change(&limits)
            let script = ScriptedSource(Self.image, sessions, pieceBytes: pieceBytes, loop: loop)
            let source = ResumingSource(
                script, url: "u", imageBytes: knowsSize ? UInt64(Self.image.count) : nil, limits: limits, loop: loop)
            let outcome = await Fetcher(loop: loop).fetch(source, from: start, into: makeSink)
            return Result(outcome: outcome, requests: script.requests)
        }
    }

    // MARK: Going on

    @Test func aSoundSourceIsAskedOnce() throws {
        let result = try fetch([Session()])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [0])
    }

    /// Cut at every kind of place: within the first block, at a block's end, within a piece, at the last byte.
    @Test(arguments: [1, 999, 8191, 8192, 8193, 16384, 16385, 50_000, 99_999], [1000, 8192, 4096])
    func aSessionThatBrokeIsGoneOnWithFromABlockBefore(end: Int, pieceBytes: Int) throws {
        let result = try fetch([Session(end: end, error: Self.cut), Session()], pieceBytes: pieceBytes)
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [0, UInt64(max(0, end / Self.blockBytes - 1) * Self.blockBytes)])
        #expect(result.outcome.interruptions == [Self.cut])
    }

    @Test func aSinkWithoutRoomGetsEachByteOnce() throws {
        let result = try fetch(
            [Session(end: 20_500, error: Self.cut), Session()],
            into: {
                CollectingSink(isReluctant: true)
            })
        #expect(difference(result.outcome.bytes, Self.image) == nil)
    }

    @Test func anImageThatIsBegunInItsMiddleIsGoneOnWithThere() throws {
        let sessions = [Session(end: 70_000, error: Self.cut), Session()]
        let result = try fetch(sessions, from: 50_000)
        #expect(difference(result.outcome.bytes, Array(Self.image[50_000...])) == nil)
        // Blocks are counted from where it was begun: the last whole one ends at 50000 + 2 * 8192.
        #expect(result.offsets == [50_000, 58_192])
    }

    @Test func whatTheImageIsKnownByIsGivenToTheNextSession() throws {
        let validator = ImageValidator(byteCount: 100_000, modified: "20260101000000")
        let result = try fetch([
            Session(end: 40_000, error: Self.cut, validator: validator),
            Session(end: 60_000, error: Self.cut, validator: ImageValidator(byteCount: 100_000)), Session(),
        ])
        #expect(result.outcome.error == nil)
        #expect(result.requests.map(\.expected) == [nil, validator, validator])
        #expect(result.outcome.validators == [validator])
    }

    // MARK: When and how often

    @Test func delaysDoubleAndBeginAnewAfterProgress() throws {
        let short = Session(end: 10_000, error: Self.cut)
        let longer = Session(end: 40_000, error: Self.cut)
        let result = try fetch([short, short, short, longer, longer, Session()])
        #expect(result.outcome.error == nil)
        #expect(
            result.outcome.delays.map { $0 / .milliseconds(1) } == [250, 500, 1000, 250, 500])
        let gaps = zip(result.requests, result.requests.dropFirst()).map { $0.instant.duration(to: $1.instant) }
        #expect(gaps.map { $0 / .milliseconds(1) } == [251, 501, 1001, 251, 501])
    }

    @Test func noDelayIsLongerThanTheLongest() {
        let limits = ResumptionLimits()
        #expect(limits.delay(afterFailures: 1) == .milliseconds(250))
        #expect(limits.delay(afterFailures: 6) == .seconds(8))
        #expect(limits.delay(afterFailures: 7) == .seconds(10))
        #expect(limits.delay(afterFailures: 1000) == .seconds(10))
    }

    /// One byte more in every session is no progress to speak of.
    @Test func aSourceThatGivesNextToNothingIsGivenUp() throws {
        let sessions = (0..<20).map { Session(end: 30_000 + $0, error: Self.cut) }
        let result = try fetch(sessions) { $0.attempts = 5 }
        #expect(result.requests.count == 6)
        guard case .interrupted("u", let bytes, let cause)? = result.outcome.error else {
            Issue.record("\(String(describing: result.outcome.error))")
            return
        }
        #expect(bytes == 30_005)
        #expect(cause.hasPrefix("5 attempts to go on have failed, the last so: the transfer of u broke"))
    }

    @Test func aServerThatIsGoneForAWhileIsWaitedFor() throws {
        let gone = Session(end: 0, error: Self.down)
        let result = try fetch([Session(end: 50_000, error: Self.cut), gone, gone, gone, Session()])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
    }

    @Test func aServerThatNeverWasThereIsNotWaitedFor() throws {
        let result = try fetch([Session(end: 0, error: Self.down)])
        #expect(result.outcome.error == Self.down)
        #expect(result.requests.count == 1)
    }

    @Test(arguments: [
        SourceError.loginRefused(url: "u", reply: "530"), .notFound(url: "u", reply: "550"),
        .untrusted(url: "u", cause: "expired"), .unsuitable(url: "u", cause: "gzip"),
        .noDonor(cause: "none"), .cancelled,
    ]) func whatNoFurtherSessionMendsEndsItAtOnce(error: SourceError) throws {
        let result = try fetch([Session(end: 50_000, error: Self.cut), Session(end: 0, error: error), Session()])
        #expect(result.outcome.error == error)
        #expect(result.requests.count == 2)
    }

    @Test func theSinksRefusalEndsItAtOnce() throws {
        let result = try fetch(
            [Session(end: 50_000, error: Self.cut), Session()],
            into: {
                CollectingSink(limitBytes: 60_000)
            })
        #expect(result.outcome.error == .refusedBySink(SinkRefusal("that is enough")))
        #expect(result.requests.count == 2)
    }

    @Test func cancellationEndsTheWaitForTheNextSession() throws {
        let loop = VirtualTimeLoop(seed: 1)
        let (error, at) = try loop.run { () async -> (SourceError?, Instant) in
            let script = ScriptedSource(Self.image, [Session(end: 0, error: Self.cut)], loop: loop)
            let source = ResumingSource(script, url: "u", imageBytes: nil, loop: loop)
            return await withTaskGroup(of: (SourceError?, Instant)?.self) { tasks in
                tasks.addTask { (await Fetcher(loop: loop).fetch(source).error, loop.now) }
                tasks.addTask {
                    try? await loop.sleep(for: .milliseconds(100))
                    return nil
                }
                _ = await tasks.next()
                tasks.cancelAll()
                return await tasks.next()!!
            }
        }
        #expect(error == .cancelled)
        #expect(at == Instant(sinceStart: .milliseconds(100)))
    }

    // MARK: Servers that do not begin where they should

    @Test func aRestThatIsIgnoredIsFoundAndTheImageComesFromItsBeginning() throws {
        let result = try fetch([
            Session(end: 50_000, error: Self.cut), Session(ignoredOffset: 0), Session(),
        ])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [0, 40_960, 0])
        // Once known, it is not tried again, and the second attempt comes at once.
        #expect(result.outcome.delays.last == .zero)
    }

    @Test func aRestThatIsRefusedMeansFromTheBeginningForTheRest() throws {
        let refused = SourceError.resumptionRefused(url: "u", offset: 40_960, reply: "502")
        let result = try fetch([
            Session(end: 50_000, error: Self.cut), Session(end: 0, error: refused),
            Session(end: 70_000, error: Self.cut), Session(),
        ])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [0, 40_960, 0, 0])
    }

    @Test func aRestThatIsRefusedAtOnceIsMadeUpForBySkipping() throws {
        let refused = SourceError.resumptionRefused(url: "u", offset: 50_000, reply: "502")
        let result = try fetch([Session(end: 0, error: refused), Session()], from: 50_000)
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Array(Self.image[50_000...])) == nil)
    }

    @Test func anImageWhoseBeginningIsAnotherHasChanged() throws {
        let result = try fetch([
            Session(end: 50_000, error: Self.cut), Session(ignoredOffset: 0), Session(corruptedByte: 123),
        ])
        guard case .changed? = result.outcome.error else {
            Issue.record("\(String(describing: result.outcome.error))")
            return
        }
        #expect(difference(result.outcome.bytes, Array(Self.image[..<50_000])) == nil)
    }

    private static let changed = SourceError.changed(url: "u", cause: "it was of Monday and is of Tuesday")

    /// It was copied anew, say: all that the sink has is compared, once, and the rest comes.
    @Test func aFileThatSaysToBeAnotherIsComparedFromItsBeginningOnce() throws {
        let result = try fetch([
            Session(end: 50_000, error: Self.cut, validator: ImageValidator(modified: "Monday")),
            Session(end: 0, error: Self.changed),
            Session(end: 70_000, error: Self.cut, validator: ImageValidator(modified: "Tuesday")),
            Session(validator: ImageValidator(modified: "Tuesday")),
        ])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [0, 40_960, 0, 57_344])
        #expect(result.requests.map(\.expected?.modified) == [nil, "Monday", nil, "Tuesday"])
    }

    @Test func aFileThatChangesAgainAndAgainIsGivenUp() throws {
        let result = try fetch([
            Session(end: 50_000, error: Self.cut), Session(end: 0, error: Self.changed),
            Session(end: 60_000, error: Self.cut), Session(end: 0, error: Self.changed), Session(),
        ])
        #expect(result.outcome.error == Self.changed)
        #expect(result.offsets == [0, 40_960, 0, 49_152])
    }

    @Test func aFileThatIsAnotherIsFoundBeforeAByteOfItIsGiven() throws {
        let result = try fetch([
            Session(end: 50_000, error: Self.cut), Session(end: 0, error: Self.changed), Session(corruptedByte: 123),
        ])
        guard case .changed(_, "its first bytes are others than before")? = result.outcome.error else {
            Issue.record("\(String(describing: result.outcome.error))")
            return
        }
        #expect(difference(result.outcome.bytes, Array(Self.image[..<50_000])) == nil)
    }

    @Test(arguments: [40_960, 45_000, 49_152, 49_999]) func oneOtherByteInTheOverlapIsFound(byte: Int) throws {
        let result = try fetch([
            Session(end: 50_000, error: Self.cut), Session(corruptedByte: byte), Session(),
        ])
        #expect(result.outcome.error == nil)
        #expect(result.offsets == [0, 40_960, 0])
        #expect(difference(result.outcome.bytes, Self.image) == nil)
    }

    // MARK: What libcurl calls a success

    @Test func aSessionThatEndsEarlyInOrderHasBroken() throws {
        let result = try fetch([Session(end: 50_000), Session()])
        #expect(result.outcome.error == nil)
        #expect(difference(result.outcome.bytes, Self.image) == nil)
        #expect(result.offsets == [0, 40_960])
    }

    @Test func aSessionThatBreaksAfterTheLastByteHasNot() throws {
        let result = try fetch([Session(error: Self.cut)])
        #expect(result.outcome.error == nil)
        #expect(result.offsets == [0])
    }

    @Test func withoutASizeTheSessionsWordCounts() throws {
        #expect(try fetch([Session(end: 50_000)], knowsSize: false).outcome.error == nil)
        #expect(
            difference(try fetch([Session(error: Self.cut), Session()], knowsSize: false).outcome.bytes, Self.image)
                == nil)
    }

    @Test func aSizeThatIsNotTheManifestsEndsItAtOnce() throws {
        let result = try fetch([Session(end: 50_000, validator: ImageValidator(byteCount: 50_000))])
        #expect(
            result.outcome.error
                == .unsuitable(url: "u", cause: "it has 50000 bytes there, and 100000 by its manifest"))
        #expect(result.outcome.bytes.isEmpty)
    }
}
