import CardProtocol
import CardSoftware
import FlashModel
import LineCard
import Runtime
import SoftwareImage
import Testing

/// A download as it should go, and as it goes when it is given up.
@Suite struct DownloadTests {
    /// A part of an instance, an odd tail, and parts with all kinds of geometry.
    @Test(arguments: FlashProfile.all) func anImageIsWholeInFlashAndItsInstanceValid(profile: FlashProfile) throws {
        try expectSuccess(.virtual, profile.withCapacity(bytes: 16 << 20))
    }

    @Test func theSameHappensOverTCP() throws {
        try expectSuccess(.real, FlashProfile.spiNOR.withCapacity(bytes: 16 << 20).scaled(by: 0.0001))
    }

    private func expectSuccess(_ kind: LoopKind, _ profile: FlashProfile) throws {
        let image = TestImage(byteCount: 1_000_003)
        let (reply, identity, flash) = try CardBench.run(kind, FlashModel(profile)) { bench in
            let client = try await bench.connect()
            let reply = try await client.download(image)
            return (reply, try await client.identity(), await bench.card.flashModel)
        }
        #expect(
            reply == .downloadResult(DownloadResult(instance: 1, imageBytes: 1_000_003, digest: image.digest, epoch: 2))
        )
        #expect(
            identity.instances[1]
                == InstanceState(
                    isValid: true, isActive: false, isCommitted: false, version: "2.0.0", imageBytes: 1_000_003,
                    digest: image.digest))
        #expect(identity.instances[0].isActive && identity.instances[0].isCommitted && identity.instances[0].isValid)
        #expect(identity.interrupted == nil)
        #expect(try contents(flash, instance: 1) == image.bytes)
        // The running instance saw no erase.
        let layout = try FlashLayout(profile.geometry)
        for block in layout.blocks(ofInstance: 0) {
            #expect(try flash.wear(ofBlock: block) == 0)
        }
    }

    @Test func aFreshCardRunsItsFactoryVersionAndHasAnEmptyInstance() throws {
        let identity = try CardBench.run { try await $0.connect().identity() }
        #expect((identity.slot, identity.hardwareType, identity.serialNumber) == (7, "OLT-8", "SN-7"))
        #expect((identity.windowBytes, identity.maximumSectionBytes) == (128 << 10, 64 << 10))
        // 16,384 blocks of 4 KiB, without 4 for boot records and 64 spares.
        #expect(identity.instanceCapacityBytes == (32 << 20) - (34 * 4 << 10))
        #expect(identity.instances.map(\.version) == ["1.0.0", ""])
        #expect(identity.instances.map(\.isValid) == [true, false])
        #expect(identity.instances.map(\.imageBytes) == [0, 0])
        #expect(identity.interrupted == nil)
    }

    /// The flash is never idle while a section waits: the time from the start to the last acknowledgement is the flash's.
    @Test(arguments: FlashProfile.all.filter { $0 != .instant }) func aPipelinedSenderKeepsTheFlashBusy(
        profile: FlashProfile
    ) throws {
        let image = TestImage(byteCount: 2 << 20)
        let elapsed = try CardBench.run(.virtual, FlashModel(profile)) { bench in
            let client = try await bench.connect()
            let started = try await client.start(image.start())
            let begin = bench.loop.now
            try await client.sendSections(of: image, started)
            return begin.duration(to: bench.loop.now)
        }
        let ratio = elapsed / profile.imageTime(bytes: image.bytes.count)
        #expect(abs(ratio - 1) < 0.02, "\(ratio)")
    }

    /// A section of 32 KiB takes 89 ms and more: timers that are 20 ms late would cost a fifth, if the flash waited for them.
    @Test func lateTimersDoNotSlowTheFlash() throws {
        let image = TestImage(byteCount: 2 << 20)
        let elapsed = try CardBench.run(.virtual, FlashModel(.spiNOR), lateness: .milliseconds(20)) { bench in
            let client = try await bench.connect()
            let started = try await client.start(image.start(sectionBytes: 32 << 10))
            let begin = bench.loop.now
            try await client.sendSections(of: image, started, sectionBytes: 32 << 10)
            return begin.duration(to: bench.loop.now)
        }
        let ratio = elapsed / FlashProfile.spiNOR.imageTime(bytes: image.bytes.count)
        #expect(ratio >= 1 && ratio < 1.02, "\(ratio)")
    }

    @Test func acknowledgementsNameWhatIsInFlashAndNothingMore() throws {
        let image = TestImage(byteCount: 300 << 10)
        let model = FlashModel(.spiNOR)
        let base = try FlashLayout(model.geometry).address(ofInstance: 1)
        let seen = try CardBench.run(.virtual, model) { bench in
            let client = try await bench.connect()
            let started = try await client.start(image.start(sectionBytes: 32 << 10))
            try await client.sendSections(of: image, started, sectionBytes: 32 << 10, to: 96 << 10)
            var bytes = [UInt8](repeating: 0, count: 97 << 10)
            let flash = await bench.card.flashModel
            try bytes.withUnsafeMutableBytes { try flash.peek(address: base, into: $0) }
            return (acknowledgements: client.acknowledgements, bytes: bytes, started: started)
        }
        #expect(seen.acknowledgements.map(\.programmedBytes) == [32 << 10, 64 << 10, 96 << 10])
        #expect(seen.started == DownloadStarted(instance: 1, offset: 0, windowBytes: 128 << 10))
        #expect(seen.bytes[..<(96 << 10)] == image.bytes[..<(96 << 10)])
        #expect(seen.bytes[(96 << 10)...].allSatisfy { $0 == 0xFF })
    }

    @Test func theInstanceIsInvalidAsSoonAsADownloadBegins() throws {
        let flash = try CardBench.run { bench in
            let client = try await bench.connect()
            _ = try await client.download(TestImage(byteCount: 100_000))
            _ = try await client.start(TestImage(byteCount: 50_000, seed: 2).start())
            return await bench.card.flashModel
        }
        #expect(try FlashInspection(flash).instances[1].isValid == false)
    }

    @Test func anAbortedDownloadLeavesNothingValid() throws {
        let (reply, identity, again) = try CardBench.run { bench in
            let client = try await bench.connect()
            let image = TestImage(byteCount: 300_000)
            let started = try await client.start(image.start())
            try await client.sendSections(of: image, started, to: 128 << 10)
            let reply = try await client.ask(.abort(Abort(reason: "enough")))
            let identity = try await client.identity()
            return (reply, identity, try await client.download(image))
        }
        #expect(reply == .aborted(Aborted(epoch: 2)))
        // What is programmed may still be of use.
        #expect(!identity.instances[1].isValid && identity.interrupted?.programmedBytes == 128 << 10)
        guard case .downloadResult = again else {
            Issue.record("the next download ended with \(again)")
            return
        }
    }

    @Test func anAbortDropsWhatWaitsInTheWindow() throws {
        let counts = try CardBench.run(.virtual, FlashModel(.nor2002)) { bench in
            let client = try await bench.connect()
            let image = TestImage(byteCount: 128 << 10)
            _ = try await client.start(image.start())
            try await client.sendSection(image.bytes, at: 0, length: 64 << 10)
            try await client.sendSection(image.bytes, at: 64 << 10, length: 64 << 10)
            #expect(try await client.ask(.abort(Abort(reason: "enough"))) == .aborted(Aborted(epoch: 2)))
            return await bench.card.flashModel.counts
        }
        // The first of the two sections at most, and two boot records.
        #expect(counts.programs <= (64 << 10) / 32 + 40)
    }

    @Test func aPartOfAnImageIsReadBack() throws {
        let image = TestImage(byteCount: 200_000)
        let parts = try CardBench.run(.virtual, FlashModel(.slcNAND)) { bench in
            let client = try await bench.connect()
            _ = try await client.download(image)
            let donor = try await bench.connect()
            return (
                try await donor.read(instance: 1, offset: 1001, bytes: 65536).get().bytes,
                try await donor.read(instance: 1, offset: 199_000, bytes: 4096).get().bytes
            )
        }
        #expect(parts.0 == Array(image.bytes[1001..<66537]))
        #expect(parts.1 == Array(image.bytes[199_000...]))
    }

    @Test(arguments: [(0, 0), (1, 0), (2, 100_000), (2, 1 << 40)]) func whatIsNotThereIsNotRead(
        state: Int, offset: Int
    ) throws {
        let refusal = try CardBench.run { bench -> Refusal? in
            let client = try await bench.connect()
            if state == 2 { _ = try await client.download(TestImage(byteCount: 100_000)) }
            let outcome = try await client.read(instance: state == 0 ? 0 : 1, offset: offset, bytes: 100)
            guard case .failure(let refusal) = outcome else { return nil }
            return refusal
        }
        #expect(refusal?.code == .notFound)
    }
}
