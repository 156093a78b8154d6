import CardSoftware
import FlashModel
import Testing

/// The power fails while a metadata block is erased, and the card lives on for long: what the erase has left must neither count nor
/// cost a block.
@Suite struct TornMetadataTests {
    /// So many downloads, of two records each, fill every metadata block more than twice.
    private static let downloads = 80

    /// The operations, counted from the arming, that erase a metadata block in a card's further life.
    private static func metadataErases(of card: CardBench) throws -> [Int] {
        var card = card
        let before = card.flash.model.counts.operations
        var operations: [Int] = []
        for _ in 0..<downloads {
            // A record is one store: its erase, if it has one, is its first operation.
            let stores: [(inout CardBench) throws -> Void] = [
                { _ = try $0.startDownload(TestImage(2)) }, { _ = try $0.flash.abort(epoch: $0.boot.epoch, at: .zero) },
            ]
            for store in stores {
                let start = card.flash.model.counts
                try store(&card)
                if card.flash.model.counts.erases > start.erases { operations.append(start.operations - before + 1) }
            }
        }
        return operations
    }

    /// Writes records, one after the other, and looks after each whether it is the one that counts.
    private static func live(_ card: inout CardBench) throws {
        for _ in 0..<downloads {
            _ = try card.startDownload(TestImage(2))
            try #require(try FlashInspection(card.flash.model).record == card.boot)
            _ = try card.flash.abort(epoch: card.boot.epoch, at: .zero)
            try #require(try FlashInspection(card.flash.model).record == card.boot)
        }
    }

    @Test(arguments: TornMode.allCases, UInt64(0)..<16)
    func aTornEraseLeavesNothingThatCounts(torn: TornMode, seed: UInt64) throws {
        let card = try CardBench.running(TestImage(1))
        // The first ones find nothing to erase; at the last ones the blocks are full of older records.
        let erases = try Self.metadataErases(of: card)
        #expect(erases.count >= 4)
        for operation in erases.suffix(3) {
            var model = card.flash.model
            model.arm(PowerCut(operation: operation, torn: torn, seed: seed))
            var cut = try CardBench(model)
            #expect(throws: (any Error).self) { try Self.live(&cut) }
            try #require(!cut.flash.model.isPowered, "the power has failed")
            let sequence = cut.boot.sequence
            try cut.restart()
            #expect(cut.boot.sequence >= sequence)
            try Self.live(&cut)
            #expect(cut.boot.badBlocks.bad == [], "no block is bad, operation \(operation)")
        }
    }
}
