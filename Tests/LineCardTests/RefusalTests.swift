import CardProtocol
import CardSoftware
import FlashModel
import LineCard
import Runtime
import SharedBytes
import SoftwareImage
import Testing

/// What a card says no to, and what it then is.
@Suite struct RefusalTests {
    @Test func anImageWithAnotherDigestIsNeverValid() throws {
        let (refusal, identity) = try CardBench.run { bench in
            let client = try await bench.connect()
            let announced = TestImage(byteCount: 100_000)
            let sent = TestImage(byteCount: 100_000, seed: 2)
            let started = try await client.start(announced.start())
            try await client.sendSections(of: sent, started)
            let refusal = try await client.refusal(of: .endDownload(EndDownload(imageBytes: 100_000)))
            return (refusal, try await client.identity())
        }
        #expect(refusal.code == .integrityFail)
        #expect(!identity.instances[1].isValid && identity.interrupted == nil)
    }

    @Test(arguments: [100_000, 65_536]) func anEndThatComesEarlyIsRefusedAndWhatCameIsKept(announced: UInt64) throws {
        let (refusal, identity) = try CardBench.run { bench in
            let client = try await bench.connect()
            let image = TestImage(byteCount: 100_000)
            let started = try await client.start(image.start())
            try await client.sendSections(of: image, started, to: 65_536)
            let refusal = try await client.refusal(of: .endDownload(EndDownload(imageBytes: announced)))
            return (refusal, try await client.identity())
        }
        #expect(refusal.code == .integrityFail)
        #expect(!identity.instances[1].isValid)
        #expect(identity.interrupted?.programmedBytes == 65_536)
    }

    @Test func aSecondDownloaderIsRefusedAndMayStillAskAndRead() throws {
        let outcome = try CardBench.run(.virtual, FlashModel(.slcNAND)) { bench in
            let image = TestImage(byteCount: 300_000)
            let first = try await bench.connect()
            let started = try await first.start(image.start())
            try await first.sendSections(of: image, started, to: 128 << 10)
            let second = try await bench.connect()
            let refusal = try await second.refusal(of: .startDownload(image.start()))
            let identity = try await second.identity()
            let again = try await first.refusal(of: .startDownload(image.start()))
            let rest = DownloadStarted(instance: 1, offset: 128 << 10, windowBytes: started.windowBytes)
            try await first.sendSections(of: image, rest)
            let reply = try await first.ask(.endDownload(EndDownload(imageBytes: 300_000)))
            return (refusal: refusal, identity: identity, again: again, reply: reply)
        }
        #expect(outcome.refusal.code == .inProgress && outcome.again.code == .inProgress)
        #expect(outcome.identity.interrupted?.programmedBytes == 128 << 10)
        guard case .downloadResult = outcome.reply else {
            Issue.record("the first download ended with \(outcome.reply)")
            return
        }
    }

    @Test func aFlashThatFailsIsReportedAndTheCardGoesOn() throws {
        let profile = FlashProfile.instant
        let base = try FlashLayout(profile.geometry).address(ofInstance: 1)
        let outcome = try CardBench.run(
            .virtual, FlashModel(profile, storage: SpoiltStorage(profile, at: base + 70_000))
        ) {
            bench in
            let client = try await bench.connect()
            let image = TestImage(byteCount: 300_000)
            let started = try await client.start(image.start())
            // Two sections are under way: the second fails, the third must be dropped, not be taken for a violation.
            try await client.sendSection(image.bytes, at: 0, length: 64 << 10)
            try await client.sendSection(image.bytes, at: 64 << 10, length: 64 << 10)
            let refusal = try await client.refusal()
            try await client.sendSection(image.bytes, at: 128 << 10, length: 64 << 10)
            let atEnd = try await client.refusal(of: .endDownload(EndDownload(imageBytes: 300_000)))
            let identity = try await client.identity()
            let small = TestImage(byteCount: 60_000)
            return (started, refusal, atEnd, identity, try await client.download(small))
        }
        #expect(outcome.1.code == .flashFailed && outcome.2.code == .flashFailed)
        #expect(outcome.1.sequence == 3)
        #expect(outcome.1.text.contains("disk is full"))
        #expect(!outcome.3.instances[1].isValid)
        guard case .downloadResult = outcome.4 else {
            Issue.record("the next download ended with \(outcome.4)")
            return
        }
    }

    /// A block that does not do what it is asked to is replaced by a spare, whatever it says, and nobody notices but the card.
    @Test(arguments: BlockFault.Behaviour.allCases) func aBadBlockIsReplacedByASpare(behaviour: BlockFault.Behaviour)
        throws
    {
        let image = TestImage(byteCount: 300_000)
        var faults = FlashFaults()
        let first = try FlashLayout(FlashProfile.instant.geometry).blocks(ofInstance: 1).lowerBound
        faults.blocks = [BlockFault(block: first + 17, behaviour)]
        let (reply, flash, wear) = try CardBench.run(.virtual, FlashModel(.instant, faults: faults)) { bench in
            let client = try await bench.connect()
            _ = try await client.download(TestImage(byteCount: 300_000, seed: 9))
            let reply = try await client.download(image)
            return (reply, await bench.card.flashModel, try await client.identity().wear)
        }
        guard case .downloadResult = reply else {
            Issue.record("the download ended with \(reply)")
            return
        }
        #expect(try contents(flash, instance: 1) == image.bytes)
        // An erase that does nothing is no matter while the block is new: it is found at the second download.
        #expect(wear.badBlocks == 1 && wear.spareBlocksLeft == 63)
    }

    /// A flash in memory that has no room for what is programmed in one place.
    struct SpoiltStorage: FlashStorage {
        private var good: MemoryFlashStorage
        private let unit: Int

        init(_ profile: FlashProfile, at address: Int) {
            good = MemoryFlashStorage(profile)
            unit = address / profile.geometry.programSize
        }

        var geometry: FlashGeometry { good.geometry }
        func firstProgrammed(in units: Range<Int>) -> Int? { good.firstProgrammed(in: units) }
        func read(address: Int, into buffer: UnsafeMutableRawBufferPointer) {
            good.read(address: address, into: buffer)
        }
        mutating func erase(block: Int) { good.erase(block: block) }
        func wear(ofBlock block: Int) -> UInt32 { good.wear(ofBlock: block) }
        mutating func addCycle(ofBlock block: Int) { good.addCycle(ofBlock: block) }
        func image(ofBlock block: Int) -> FlashBlockImage { good.image(ofBlock: block) }
        mutating func replace(block: Int, with image: FlashBlockImage) { good.replace(block: block, with: image) }

        mutating func program(firstUnit: Int, bytes: Stretch) throws(FlashStorageError) {
            let units = firstUnit..<firstUnit + bytes.count / geometry.programSize
            guard units.contains(unit) else { return good.program(firstUnit: firstUnit, bytes: bytes) }
            throw .full(path: "flash", operation: "program")
        }
    }
}
