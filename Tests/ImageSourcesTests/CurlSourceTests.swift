import Faults
import FileServer
import ImageSources
import Links
import Runtime
import Testing

/// libcurl on the event loop against the embedded server, on a port of the kernel's choice.
@Suite struct CurlSourceTests {
    static let languages: [FileServerSettings.Language] = [.ftp, .http]

    private func bench(_ language: FileServerSettings.Language) -> SourceBench {
        SourceBench(settings: FileServerSettings(language: language))
    }

    @Test(arguments: languages) func theWholeImageComesInOneTransfer(language: FileServerSettings.Language) throws {
        let outcome = try bench(language).fetch()
        #expect(outcome.error == nil)
        #expect(difference(outcome.bytes, SourceBench.image) == nil)
        #expect(outcome.counts.retrieves == 1)
        #expect(outcome.counts.imageBytes == UInt64(SourceBench.byteCount))
    }

    @Test(arguments: languages) func fromAnOffsetOnlyTheRestComes(language: FileServerSettings.Language) throws {
        var bench = bench(language)
        bench.offset = 2_000_000
        let outcome = try bench.fetch()
        #expect(outcome.error == nil)
        #expect(difference(outcome.bytes, Array(SourceBench.image[2_000_000...])) == nil)
        #expect(outcome.counts.imageBytes == UInt64(SourceBench.byteCount - 2_000_000))
    }

    @Test(arguments: languages) func aSinkThatHasNoRoomAtEveryPieceLosesNothing(
        language: FileServerSettings.Language
    ) throws {
        var bench = bench(language)
        bench.makeSink = { CollectingSink(isReluctant: true) }
        let outcome = try bench.fetch()
        #expect(outcome.error == nil)
        #expect(difference(outcome.bytes, SourceBench.image) == nil)
        #expect(outcome.waits > 100)
    }

    @Test(arguments: languages) func aSinkThatWantsNoMoreEndsTheTransfer(
        language: FileServerSettings.Language
    ) throws {
        var bench = bench(language)
        bench.makeSink = { CollectingSink(limitBytes: 100_000) }
        let outcome = try bench.fetch()
        #expect(outcome.error == .refusedBySink(SinkRefusal("that is enough")))
        #expect(outcome.bytes.count <= 100_000)
    }

    @Test(arguments: zip(languages, ["550", "HTTP/1.1 404"])) func aMissingFileIsNotFound(
        language: FileServerSettings.Language, reply expected: String
    ) throws {
        var bench = bench(language)
        bench.path = "nope.img"
        let error = try bench.fetch().error
        guard case .notFound(let url, let reply)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(url.hasSuffix("/nope.img"))
        #expect(reply.hasPrefix(expected))
        #expect(error?.isUnavailability == true)
    }

    @Test(arguments: zip(languages, ["530", "HTTP/1.1 401"])) func aWrongPasswordIsRefusedAndNotRepeated(
        language: FileServerSettings.Language, reply expected: String
    ) throws {
        var bench = bench(language)
        bench.settings.login = .password(user: "joe", password: "right")
        bench.user = "joe"
        bench.password = "secret-and-wrong"
        let outcome = try bench.fetch()
        guard case .loginRefused(_, let reply)? = outcome.error else {
            Issue.record("\(String(describing: outcome.error))")
            return
        }
        #expect(reply.hasPrefix(expected))
        #expect(outcome.error?.description.contains("secret") == false)
        #expect(outcome.counts.retrieves == 0)
    }

    @Test(arguments: languages) func theRightPasswordLetsIn(language: FileServerSettings.Language) throws {
        var bench = bench(language)
        bench.settings.login = .password(user: "joe", password: "right: \u{E9}")
        bench.user = "joe"
        bench.password = "right: \u{E9}"
        let outcome = try bench.fetch()
        #expect(outcome.error == nil)
        #expect(difference(outcome.bytes, SourceBench.image) == nil)
    }

    @Test func nobodyListensIsUnreachable() throws {
        let loop = EventLoop()
        let error = try loop.run { () async -> SourceError? in
            let listener = try? TCPNetwork(loop: loop).listen(on: .loopback(), options: SocketOptions())
            guard let endpoint = listener?.endpoint else { return nil }
            listener?.close()
            let source = CurlSource(FileServerURL(url: "ftp://\(endpoint)/x"), loop: loop)
            return await Fetcher(loop: loop).fetch(source).error
        }.result
        guard case .unreachable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// A slow link, and an end in the middle.
    @Test(arguments: languages) func cancellationEndsTheTransferAtOnce(language: FileServerSettings.Language) throws {
        var bench = bench(language)
        bench.settings.link = LinkSettings(bitsPerSecond: 8_000_000)
        bench.makeSink = { CollectingSink(cancelsAfterBytes: 100_000) }
        let outcome = try bench.fetch()
        #expect(outcome.error == .cancelled)
        #expect(outcome.bytes.count < 1_000_000)
        #expect(outcome.counts.completedRetrieves == 0)
    }

    // MARK: By what the image is known

    @Test(arguments: languages) func theSinkHearsByWhatTheImageIsKnown(language: FileServerSettings.Language) throws {
        var bench = bench(language)
        bench.offset = 1_000_000
        let outcome = try bench.fetch()
        #expect(outcome.validators.count == 1)
        #expect(outcome.validators.first?.byteCount == UInt64(SourceBench.byteCount))
        if language == .ftp {
            #expect(outcome.validators.first?.modified?.count == 14)
        } else {
            #expect(outcome.validators.first?.tag?.hasPrefix("\"") == true)
        }
    }

    @Test(arguments: languages, [0, 1_000_000]) func aChangedImageGivesNoByte(
        language: FileServerSettings.Language, offset: UInt64
    ) throws {
        var bench = bench(language)
        bench.offset = offset
        bench.expected = ImageValidator(byteCount: 3_000_000, modified: "20010101000000", tag: "\"other\"")
        let outcome = try bench.fetch()
        guard case .changed? = outcome.error else {
            Issue.record("\(String(describing: outcome.error))")
            return
        }
        #expect(outcome.bytes.isEmpty)
    }

    /// The server's SIZE names half the file, and the offset is beyond it.
    @Test func aFileThatShrankHasChanged() throws {
        var bench = bench(.ftp)
        bench.settings.faults.announcedBytes = 1_500_000
        bench.offset = 2_000_000
        bench.expected = ImageValidator(byteCount: 3_000_000)
        let error = try bench.fetch().error
        guard case .changed? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
