import Faults
import FileServer
import ImageSources
import Runtime
import Testing

/// What servers do wrong, over real sockets: libcurl alone, which calls most of it a success, and with resumption.
@Suite struct ServerFaultTests {
    private static let half = UInt64(SourceBench.byteCount / 2)

    private func bench(
        _ language: FileServerSettings.Language, resuming: Bool = true, _ change: (inout FileServerFaults) -> Void
    ) -> SourceBench {
        var bench = SourceBench(settings: FileServerSettings(language: language))
        change(&bench.settings.faults)
        bench.limits.responseSeconds = 1
        bench.limits.lowSpeedSeconds = 1
        if resuming { bench.wrap = SourceBench.resuming }
        return bench
    }

    private func expectWhole(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(outcome.error == nil, sourceLocation: sourceLocation)
        #expect(difference(outcome.bytes, SourceBench.image) == nil, sourceLocation: sourceLocation)
    }

    // MARK: libcurl alone

    @Test(arguments: CurlSourceTests.languages) func alonelibcurlTakesHalfAFileForAWholeOne(
        language: FileServerSettings.Language
    ) throws {
        let outcome = try bench(language, resuming: false) {
            $0.truncatesAt = Self.half
            $0.announcedBytes = Self.half
        }.fetch()
        #expect(outcome.error == nil)
        #expect(outcome.bytes.count == SourceBench.byteCount / 2)
        let withoutSize = try bench(language, resuming: false) {
            $0.truncatesAt = Self.half
            $0.hidesSize = true
        }.fetch()
        #expect(withoutSize.error == nil)
        #expect(withoutSize.bytes.count == SourceBench.byteCount / 2)
    }

    @Test func aServerThatIgnoresRestGivesOtherBytesThanAskedFor() throws {
        var bench = bench(.ftp, resuming: false) { $0.restart = .ignored }
        bench.offset = Self.half
        bench.settings.faults.hidesSize = true
        let outcome = try bench.fetch()
        #expect(outcome.error == nil)
        #expect(outcome.bytes.prefix(1000) == SourceBench.image.prefix(1000))
    }

    @Test(arguments: zip(CurlSourceTests.languages, ["502 ", "HTTP/1.1 416"]))
    func aServerThatRefusesToBeginThereIsNamed(
        language: FileServerSettings.Language, expected: String
    ) throws {
        var bench = bench(language, resuming: false) { $0.restart = .refused }
        bench.offset = Self.half
        let outcome = try bench.fetch()
        guard case .resumptionRefused(_, Self.half, let reply)? = outcome.error else {
            Issue.record("\(String(describing: outcome.error))")
            return
        }
        #expect(reply.hasPrefix(expected))
        #expect(outcome.bytes.isEmpty)
    }

    @Test func anHTTPServerThatIgnoresRangesIsNamedBeforeAByteComes() throws {
        var bench = bench(.http, resuming: false) { $0.restart = .ignored }
        bench.offset = Self.half
        let outcome = try bench.fetch()
        #expect(outcome.error?.description.hasSuffix("HTTP/1.1 200 OK: the server ignores ranges") == true)
        #expect(outcome.bytes.isEmpty)
    }

    // MARK: Going on by itself

    @Test(arguments: CurlSourceTests.languages, [1, 65_536, 1_234_567, 2_999_999])
    func aServerThatDiesAndReturnsCostsABlockAtMost(
        language: FileServerSettings.Language, byte: UInt64
    ) throws {
        let outcome = try bench(language) {
            $0.closesAt = byte
            $0.transfers = 1
        }.fetch()
        expectWhole(outcome)
        #expect(outcome.counts.retrieves == 2)
        #expect(outcome.counts.imageBytes < UInt64(SourceBench.byteCount + 2 * 65_536))
        #expect(outcome.validators.count == 1)
    }

    @Test(arguments: CurlSourceTests.languages) func aServerThatStallsIsLeftAndAskedAgain(
        language: FileServerSettings.Language
    ) throws {
        let outcome = try bench(language) {
            $0.stallsAt = Self.half
            $0.transfers = 1
        }.fetch()
        expectWhole(outcome)
    }

    @Test(arguments: CurlSourceTests.languages) func aFileThatIsCutWithoutASizeIsGoneOnWith(
        language: FileServerSettings.Language
    ) throws {
        let outcome = try bench(language) {
            $0.truncatesAt = Self.half
            $0.hidesSize = true
            $0.transfers = 1
        }.fetch()
        expectWhole(outcome)
    }

    @Test(
        arguments: CurlSourceTests.languages,
        [FileServerFaults.Restart.ignored, .refused, .lied]
    ) func aServerThatDoesNotBeginWhereItShouldGivesTheImageFromItsBeginning(
        language: FileServerSettings.Language, restart: FileServerFaults.Restart
    ) throws {
        let outcome = try bench(language) {
            $0.closesAt = Self.half
            $0.restart = restart
            $0.transfers = 2
        }.fetch()
        expectWhole(outcome)
    }

    @Test(arguments: CurlSourceTests.languages) func aSizeThatIsNotTheManifestsIsNamed(
        language: FileServerSettings.Language
    ) throws {
        let outcome = try bench(language) { $0.announcedBytes = Self.half }.fetch()
        #expect(
            outcome.error
                == .unsuitable(url: "the image", cause: "it has 1500000 bytes there, and 3000000 by its manifest"))
        #expect(outcome.counts.retrieves == 1)
    }

    @Test(arguments: [FileServerFaults.Completion.closed, .withheld]) func aMissing226AfterTheLastByteIsNoFailure(
        completion: FileServerFaults.Completion
    ) throws {
        expectWhole(try bench(.ftp) { $0.completion = completion }.fetch())
        guard
            case .interrupted(_, let bytes, _)? = try bench(.ftp, resuming: false, { $0.completion = completion })
                .fetch()
                .error
        else {
            Issue.record("libcurl alone takes it for a success")
            return
        }
        #expect(bytes == UInt64(SourceBench.byteCount))
    }

    @Test func aPassiveAddressElsewhereIsNotGoneTo() throws {
        expectWhole(try bench(.ftp) { $0.hasForeignPassiveAddress = true }.fetch())
    }

    @Test(arguments: CurlSourceTests.languages) func aFileWithoutEndIsLeftByTheSink(
        language: FileServerSettings.Language
    ) throws {
        var bench = bench(language) {
            $0.isEndless = true
            $0.hidesSize = true
        }
        bench.makeSink = { CollectingSink(limitBytes: SourceBench.byteCount) }
        let outcome = try bench.fetch()
        #expect(outcome.error == .refusedBySink(SinkRefusal("that is enough")))
    }

    @Test func aServerWithoutSizeAndTimeIsGoneOnWithToo() throws {
        let outcome = try bench(.ftp) {
            $0.hidesSize = true
            $0.hidesTime = true
            $0.closesAt = Self.half
            $0.transfers = 1
        }.fetch()
        expectWhole(outcome)
    }
}
