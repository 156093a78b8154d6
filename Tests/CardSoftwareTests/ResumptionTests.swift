import CardProtocol
import CardSoftware
import FlashModel
import Testing

/// A download that goes on after its connection, or the card's power, was lost.
@Suite struct ResumptionTests {
    private static let image = TestImage(1)

    /// Everything is in flash in the end, exactly.
    private static func finish(_ card: inout CardBench, from progress: DownloadProgress) throws {
        var progress = progress
        try card.append(image, to: &progress)
        _ = try card.flash.finishDownload(progress, at: .zero)
        #expect(card.boot.instances[1].isValid && card.boot.download == nil)
        #expect(try card.bytes(ofInstance: 1, count: image.bytes.count) == image.bytes)
    }

    @Test(arguments: Array(stride(from: 0, through: image.bytes.count, by: CardBench.sectionBytes)))
    func afterARestartItGoesOnBehindTheLastWholeBlock(programmed: Int) throws {
        var card = try CardBench()
        var progress = try card.startDownload(Self.image)
        try card.append(Self.image, to: &progress, upTo: programmed)
        try card.restart()
        let kept = try #require(card.flash.interrupted)
        #expect(kept.isOf(digest: Self.image.image.digest, imageBytes: Self.image.bytes.count))
        #expect(kept.programmedBytes == programmed / CardBench.blockBytes * CardBench.blockBytes)
        #expect(!card.boot.instances[1].isValid)
        let erased = try card.flash.model.wear(ofBlock: CardBench.firstBlocks[1])
        let resumed = try card.startDownload(Self.image, offset: kept.programmedBytes)
        try Self.finish(&card, from: resumed)
        let erasedAgain = try card.flash.model.wear(ofBlock: CardBench.firstBlocks[1]) - erased
        #expect(erasedAgain == (kept.programmedBytes == 0 ? 1 : 0), "a finished block is not erased again")
    }

    @Test func afterALostConnectionItGoesOnWhereItWas() throws {
        var card = try CardBench()
        var progress = try card.startDownload(Self.image)
        try card.append(Self.image, to: &progress, upTo: 3 * CardBench.sectionBytes)
        card.flash.keep(progress)
        let erases = card.flash.model.counts.erases
        let resumed = try card.startDownload(Self.image, offset: 2 * CardBench.sectionBytes)
        #expect(resumed.programmedBytes == 3 * CardBench.sectionBytes)
        #expect(card.flash.model.counts.erases <= erases + 1, "at most a metadata block")
        try Self.finish(&card, from: resumed)
    }

    @Test func beyondWhatIsProgrammedIsRefused() throws {
        var card = try CardBench()
        var progress = try card.startDownload(Self.image)
        try card.append(Self.image, to: &progress, upTo: CardBench.blockBytes)
        try card.restart()
        for (image, offset) in [(Self.image, CardBench.blockBytes + 1), (TestImage(2), 1)] {
            do {
                _ = try card.startDownload(image, offset: offset)
                Issue.record("offset \(offset) was taken")
            } catch let error as SwitchFailure {
                #expect(error.code == "NOT_FOUND")
            }
        }
    }

    @Test func anotherImageBeginsAnew() throws {
        var card = try CardBench()
        var progress = try card.startDownload(TestImage(2))
        try card.append(TestImage(2), to: &progress, upTo: CardBench.blockBytes)
        try card.restart()
        let other = try card.startDownload(Self.image)
        #expect(other.programmedBytes == 0 && card.boot.download?.version == "1.0")
        try Self.finish(&card, from: other)
    }

    @Test func anAbortedDownloadIsForgotten() throws {
        var card = try CardBench()
        var progress = try card.startDownload(Self.image)
        try card.append(Self.image, to: &progress, upTo: CardBench.blockBytes)
        _ = try card.flash.abort(epoch: card.boot.epoch, at: .zero)
        try card.restart()
        #expect(card.flash.interrupted == nil && card.boot.download == nil && !card.boot.instances[1].isValid)
    }

    /// The power fails as the second block's checkpoint is written: only one that is whole counts.
    @Test(arguments: TornMode.allCases, UInt64(0)..<8)
    func aTornCheckpointIsIgnored(torn: TornMode, seed: UInt64) throws {
        var model = try CardBench().flash.model
        model.arm(
            PowerCut(
                operation: try Self.operationsUntilSecondCheckpoint(from: model), torn: torn, seed: seed))
        var card = try CardBench(model)
        var progress = try card.startDownload(Self.image)
        #expect(throws: FlashFailure.powerLost) { try card.append(Self.image, to: &progress) }
        #expect(progress.programmedBytes == 2 * CardBench.blockBytes)
        try card.restart()
        let resumed = try #require(card.flash.interrupted).programmedBytes
        // Of a torn program unit the first bytes may be there, and with them the whole checkpoint.
        let mayCount = torn == .complete || torn == .prefix
        let mustCount = torn == .complete
        #expect(resumed == CardBench.blockBytes && !mustCount || resumed == 2 * CardBench.blockBytes && mayCount)
        try Self.finish(&card, from: card.startDownload(Self.image, offset: resumed))
    }

    /// The checkpoint is the last operation of the section that ends the second block.
    private static func operationsUntilSecondCheckpoint(from model: FlashModel) throws -> Int {
        var card = try CardBench(model)
        var progress = try card.startDownload(image)
        try card.append(image, to: &progress, upTo: 2 * CardBench.blockBytes)
        return card.flash.model.counts.operations - model.counts.operations
    }
}
