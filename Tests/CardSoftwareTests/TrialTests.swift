import CardProtocol
import CardSoftware
import FlashModel
import Testing

/// Which instance runs.
@Suite struct TrialTests {
    private static let old = TestImage(4)
    private static let new = TestImage(5)

    /// Runs the old image from instance 1, and has the new one, verified, in instance 0.
    private static func staged(policy: BootPolicy = BootPolicy()) throws -> CardBench {
        var card = try CardBench.running(old, policy: policy)
        try card.download(new)
        return card
    }

    private static func refusal(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return (error as? SwitchFailure)?.code ?? "\(error)" }
        return nil
    }

    @Test func anImageIsTriedThenKept() throws {
        var card = try Self.staged()
        #expect(card.boot.active == 1 && card.boot.trial == nil)
        try card.activate()
        #expect(card.boot.active == 0 && card.boot.committed == 1 && card.boot.trial?.instance == 0)
        try card.commit()
        #expect(card.boot.active == 0 && card.boot.committed == 0 && card.boot.trial == nil)
        #expect(try card.restart() == CardFlash.Start(instance: 0, trialSeconds: nil, end: .zero))
    }

    @Test(arguments: [1, 2, 3, 255]) func attemptsRunOut(attempts: Int) throws {
        var card = try Self.staged(policy: BootPolicy(attempts: attempts))
        _ = try card.flash.activate(0, epoch: card.boot.epoch, at: .zero)
        for _ in 0..<attempts { #expect(try card.restart().instance == 0) }
        let start = try card.restart()
        #expect(start.instance == 1 && start.trialSeconds == nil)
        #expect(card.boot.trial == nil && card.boot.active == 1 && card.boot.committed == 1)
        #expect(card.boot.failure == "instance 0 (5.0) did not start \(attempts) times")
        // The reason stays, and the image may be tried again.
        try card.restart()
        #expect(!card.boot.failure.isEmpty && card.boot.instances[0].isValid)
        try card.activate()
        #expect(card.boot.active == 0 && card.boot.failure.isEmpty)
    }

    @Test func aTrialThatRanOutOfTimeEnds() throws {
        var card = try Self.staged()
        try card.activate()
        try card.flash.endTrial("not committed within 60 s", at: .zero)
        #expect(Self.refusal { try card.commit() } == "NOT_FOUND")
        #expect(try card.restart().instance == 1)
        #expect(card.boot.failure == "not committed within 60 s")
    }

    @Test func rollBackReturnsToTheCommittedImage() throws {
        var card = try Self.staged()
        #expect(
            Self.refusal { _ = try card.flash.rollBack(epoch: card.boot.epoch, reason: "", at: .zero) } == "NOT_FOUND")
        try card.activate()
        _ = try card.flash.rollBack(epoch: card.boot.epoch, reason: "no subscribers", at: .zero)
        #expect(try card.restart().instance == 1)
        #expect(card.boot.failure == "no subscribers")
    }

    @Test func nothingIsCommittedThatDidNotBoot() throws {
        var card = try Self.staged()
        _ = try card.flash.activate(0, epoch: card.boot.epoch, at: .zero)
        #expect(Self.refusal { try card.commit() } == "NOT_FOUND")
        #expect(card.boot.committed == 1)
    }

    @Test func nothingIsDownloadedDuringATrial() throws {
        var card = try Self.staged()
        try card.activate()
        #expect(Self.refusal { _ = try card.startDownload(TestImage(6)) } == "UNEXPECTED_SWITCHOVER")
        _ = try card.flash.rollBack(epoch: card.boot.epoch, reason: "", at: .zero)
        // Instance 0 still runs until the restart.
        #expect(Self.refusal { _ = try card.startDownload(TestImage(6)) } == "UNEXPECTED_SWITCHOVER")
    }

    @Test func onlyAValidInstanceThatDoesNotRunIsActivated() throws {
        var card = try CardBench.running(Self.old)
        #expect(
            Self.refusal { _ = try card.flash.activate(1, epoch: card.boot.epoch, at: .zero) }
                == "UNEXPECTED_SWITCHOVER")
        let progress = try card.startDownload(Self.new)
        #expect(Self.refusal { _ = try card.flash.activate(0, epoch: card.boot.epoch, at: .zero) } == "NOT_FOUND")
        card.flash.keep(progress)
        #expect(Self.refusal { _ = try card.flash.activate(0, epoch: card.boot.epoch, at: .zero) } == "NOT_FOUND")
    }

    // MARK: What the flash says

    @Test func rotIsFoundAtActivation() throws {
        var card = try Self.staged()
        try card.restart { try $0.rot(block: CardBench.firstBlocks[0] + 1, bits: 1) }
        #expect(Self.refusal { try card.activate() } == "INTEGRITY_FAIL")
        #expect(!card.boot.instances[0].isValid && card.boot.trial == nil && card.boot.active == 1)
        #expect(try FlashInspection(card.flash.model).record == card.boot)
    }

    @Test func rotIsFoundWhenATrialBoots() throws {
        var card = try Self.staged()
        _ = try card.flash.activate(0, epoch: card.boot.epoch, at: .zero)
        let start = try card.restart { try $0.rot(block: CardBench.firstBlocks[0], bits: 3) }
        #expect(start.instance == 1 && card.boot.trial == nil && !card.boot.instances[0].isValid)
        #expect(card.boot.failure == "instance 0 (5.0) reads other than it was verified")
    }

    @Test func aRottenCommittedImageFallsBackToTheOther() throws {
        var card = try Self.staged()
        let start = try card.restart { try $0.rot(block: CardBench.firstBlocks[1], bits: 1) }
        #expect(start.instance == 0 && card.boot.committed == 0 && card.boot.active == 0)
        #expect(!card.boot.instances[1].isValid)
        #expect(card.boot.failure == "instance 1 (4.0) reads other than it was verified")
        #expect(try card.restart().instance == 0)
    }

    @Test func whereBothImagesAreRottenNothingBoots() throws {
        var card = try Self.staged()
        do {
            try card.restart {
                for block in CardBench.firstBlocks { try $0.rot(block: block, bits: 1) }
            }
            Issue.record("a rotten image was booted")
        } catch let error as CardError {
            guard case .nothingBoots(let reason) = error else { throw error }
            #expect(reason.contains("instance 1 (4.0)"))
        }
    }

    @Test func aRottenImageBesideAnUnfinishedDownloadDoesNotBoot() throws {
        var card = try CardBench.running(Self.old)
        var progress = try card.startDownload(Self.new)
        try card.append(Self.new, to: &progress, upTo: CardBench.blockBytes)
        #expect(throws: CardError.self) { try card.restart { try $0.rot(block: CardBench.firstBlocks[1], bits: 1) } }
    }

    // MARK: Older images, stale requests

    @Test func anOlderImageThanWasCommittedIsRefused() throws {
        var card = try CardBench.running(Self.old)
        #expect(card.boot.antiRollback == 4)
        #expect(Self.refusal { _ = try card.startDownload(TestImage(3)) } == "DOWNGRADE")
        // The same number may come again.
        try card.download(TestImage(4, byteCount: 5000))
        try card.activate()
        try card.commit()
        #expect(card.boot.antiRollback == 4)
    }

    @Test func aTrialRaisesNoNumber() throws {
        var card = try Self.staged()
        try card.activate()
        #expect(card.boot.antiRollback == 4)
        try card.commit()
        #expect(card.boot.antiRollback == 5)
        // The one that ran before is older now.
        #expect(Self.refusal { try card.activate() } == "DOWNGRADE")
    }

    @Test func aRequestThatSawAnotherEpochIsRefused() throws {
        var card = try Self.staged()
        let stale = card.boot.epoch
        try card.activate()
        let before = card.boot
        #expect(before.epoch == stale + 1)
        let requests: [(inout CardFlash) throws -> Void] = [
            { _ = try $0.startDownload(TestImage(6).image, epoch: stale, offset: 0, at: .zero) },
            { _ = try $0.activate(0, epoch: stale, at: .zero) },
            { _ = try $0.commit(epoch: stale, at: .zero) },
            { _ = try $0.rollBack(epoch: stale, reason: "", at: .zero) },
            { _ = try $0.abort(epoch: stale, at: .zero) },
        ]
        for (index, request) in requests.enumerated() {
            #expect(Self.refusal { try request(&card.flash) } == "IN_PROGRESS", "request \(index)")
        }
        #expect(card.boot == before)
        try card.commit()
        #expect(card.boot.epoch == stale + 2)
    }
}
