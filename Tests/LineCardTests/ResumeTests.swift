import CardProtocol
import CardSoftware
import FlashModel
import LineCard
import Runtime
import SoftwareImage
import Testing

/// A connection is lost: the card says how far it got, and the next one goes on from there.
@Suite struct ResumeTests {
    static let image = TestImage(byteCount: 500_003)

    /// Sends two sections and cuts; both were received and are finished.
    private static func interrupt(_ bench: CardBench) async throws {
        let client = try await bench.connect()
        _ = try await client.start(image.start())
        try await client.sendSection(image.bytes, at: 0, length: 64 << 10)
        try await client.sendSection(image.bytes, at: 64 << 10, length: 64 << 10)
        client.connection.close()
    }

    @Test(arguments: LoopKind.allCases) func whatHadArrivedIsFinishedAndReported(kind: LoopKind) throws {
        let flash = FlashModel(try FlashProfile.spiNOR.scaled(by: kind == .real ? 0.0001 : 1))
        let (end, interrupted) = try CardBench.run(kind, flash) { bench in
            try await Self.interrupt(bench)
            let end = try await bench.sessionEnd()
            return (end, try await bench.connect().identity().interrupted)
        }
        #expect(end == .peerClosed)
        #expect(
            interrupted
                == InterruptedDownload(digest: Self.image.digest, imageBytes: 500_003, programmedBytes: 128 << 10))
    }

    /// At the reported offset, below it, with other sections, and from the beginning.
    @Test(arguments: [
        (64 << 10, 128 << 10), (64 << 10, 64 << 10), (16 << 10, 112 << 10), (48 << 10, 96 << 10), (64 << 10, 0),
    ])
    func theRestMakesTheImageWhole(sectionBytes: Int, offset: Int) throws {
        let (reply, flash, sections) = try CardBench.run(.virtual, FlashModel(.spiNOR)) { bench in
            try await Self.interrupt(bench)
            _ = try await bench.sessionEnd()
            let client = try await bench.connect()
            let started = try await client.start(Self.image.start(sectionBytes: sectionBytes, offset: offset))
            try await client.sendSections(of: Self.image, started, sectionBytes: sectionBytes)
            let reply = try await client.ask(.endDownload(EndDownload(imageBytes: 500_003)))
            // A busy card repeats itself: those are signs of life.
            return (reply, await bench.card.flashModel, Set(client.acknowledgements.map(\.programmedBytes)).count)
        }
        #expect(
            reply
                == .downloadResult(
                    DownloadResult(instance: 1, imageBytes: 500_003, digest: Self.image.digest, epoch: 3)))
        #expect(try contents(flash, instance: 1) == Self.image.bytes)
        // With the offset itself, where the card was busy before the first one was programmed.
        let count = (500_003 - offset + sectionBytes - 1) / sectionBytes
        #expect(count...count + 1 ~= sections)
        // Going on erases no block twice.
        let first = try FlashLayout(flash.geometry).address(ofInstance: 1) / flash.geometry.eraseSize
        #expect(try flash.wear(ofBlock: first) == (offset == 0 ? 2 : 1))
    }

    /// The CE is back while the flash still works on what the lost connection had brought.
    @Test func aStartWaitsForTheLostConnectionsSections() throws {
        let (started, at) = try CardBench.run(.virtual, FlashModel(.nor2002)) { bench in
            try await Self.interrupt(bench)
            let client = try await bench.connect()
            let started = try await client.start(Self.image.start())
            return (started, bench.loop.now.sinceStart)
        }
        #expect(started.offset == 0)
        #expect(at >= FlashProfile.nor2002.imageTime(bytes: 128 << 10))
    }

    @Test func otherBytesThanBeforeAreFoundOut() throws {
        let (refusal, identity) = try CardBench.run { bench in
            try await Self.interrupt(bench)
            _ = try await bench.sessionEnd()
            let client = try await bench.connect()
            _ = try await client.start(Self.image.start(offset: 64 << 10))
            let other = TestImage(byteCount: 500_003, seed: 9)
            try await client.sendSection(other.bytes, at: 64 << 10, length: 64 << 10)
            let refusal = try await client.refusal()
            client.connection.close()
            _ = try await bench.sessionEnd(1)
            return (refusal, try await bench.connect().identity())
        }
        #expect(refusal.code == .integrityFail)
        #expect(identity.interrupted == nil)
    }

    @Test func anotherImageCannotGoOnFromThere() throws {
        let refusal = try CardBench.run { bench in
            try await Self.interrupt(bench)
            _ = try await bench.sessionEnd()
            let other = TestImage(byteCount: 500_003, seed: 9)
            return try await bench.connect().refusal(of: .startDownload(other.start(offset: 64 << 10)))
        }
        #expect(refusal.code == .notFound)
    }
}
