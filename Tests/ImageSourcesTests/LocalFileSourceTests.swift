import Glibc
import ImageSources
import Runtime
import Testing

/// Images on this machine.
@Suite struct LocalFileSourceTests {
    private func fetch(
        _ name: String = "x.img", from offset: UInt64 = 0, expected: ImageValidator? = nil,
        into makeSink: @escaping @Sendable () -> CollectingSink = { CollectingSink() }
    ) throws -> Outcome {
        let folder = try TestFolder(file: "x.img", bytes: SourceBench.image)
        let loop = VirtualTimeLoop(seed: 1)
        return try loop.run {
            let path = "\(folder.path)/\(name)"
            let source = LocalFileSource(url: "file://\(path)", path: path, loop: loop)
            return await Fetcher(loop: loop).fetch(source, from: offset, expected: expected, into: makeSink)
        }
    }

    @Test(arguments: [0, 1_000_001, 3_000_000]) func aFileComesFromWhereItWasAskedFor(offset: UInt64) throws {
        let outcome = try fetch(from: offset, into: { CollectingSink(isReluctant: true) })
        #expect(outcome.error == nil)
        #expect(difference(outcome.bytes, Array(SourceBench.image[Int(offset)...])) == nil)
        #expect(outcome.validators.map(\.byteCount) == [3_000_000])
        #expect(outcome.validators.first?.modified != nil)
    }

    @Test func whatIsNoFileIsNotFound() throws {
        for name in ["nope", "", "../../dev/null"] {
            guard case .notFound? = try fetch(name).error else {
                Issue.record("\(name)")
                continue
            }
        }
    }

    @Test func aChangedFileGivesNoByte() throws {
        let outcome = try fetch(expected: ImageValidator(byteCount: 3_000_000, modified: "1.0"))
        guard case .changed? = outcome.error else {
            Issue.record("\(String(describing: outcome.error))")
            return
        }
        #expect(outcome.bytes.isEmpty)
    }

    @Test func anOffsetBeyondTheEndIsRefused() throws {
        guard case .resumptionRefused(_, 3_000_001, _)? = try fetch(from: 3_000_001).error else {
            Issue.record("it was not refused")
            return
        }
    }

    @Test func sinkAndCancellationEndIt() throws {
        let refused = try fetch(into: { CollectingSink(limitBytes: 100_000) })
        #expect(refused.error == .refusedBySink(SinkRefusal("that is enough")))
        #expect(try fetch(into: { CollectingSink(cancelsAfterBytes: 100_000) }).error == .cancelled)
    }
}
