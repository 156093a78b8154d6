import CardProtocol
import CardSoftware
import FlashModel
import Testing

/// The boot record as it stands in flash, made by a card, and spoilt from outside.
@Suite struct BootRecordTests {
    /// A card whose newest record has every field filled: a running and a rolled-back image, a failure, a download, a replaced
    /// block.
    private static func fullCard() throws -> CardBench {
        var faults = FlashFaults()
        faults.blocks = [BlockFault(block: CardBench.firstBlocks[0], .programError)]
        var card = try CardBench.running(TestImage(1), faults: faults)
        try card.download(TestImage(2))
        try card.activate()
        _ = try card.flash.rollBack(epoch: card.boot.epoch, reason: "rolled back by a test", at: .zero)
        try card.restart()
        _ = try card.startDownload(TestImage(3))
        return card
    }

    /// The bytes of the newest record, which is the last in its block.
    private static func newestRecord(of model: FlashModel) throws -> [UInt8] {
        var newest: (sequence: UInt64, bytes: [UInt8])?
        for block in 0..<4 {
            var contents = [UInt8](repeating: 0, count: CardBench.blockBytes)
            try contents.withUnsafeMutableBytes { try model.peek(address: block * CardBench.blockBytes, into: $0) }
            for unit in stride(from: 0, to: contents.count, by: CardBench.unitBytes)
            where contents[unit..<unit + 4].elementsEqual("BOOT".utf8) {
                let length = Int(contents[unit + 6]) << 8 | Int(contents[unit + 7])
                let bytes = Array(contents[unit..<unit + length])
                let sequence = bytes[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                if sequence > newest?.sequence ?? 0 { newest = (sequence, bytes) }
            }
        }
        return try #require(newest).bytes
    }

    /// A flash of which nothing is left but these bytes, in metadata block 1.
    private static func flash(holding bytes: [UInt8], like model: FlashModel) throws -> FlashModel {
        var blank = FlashModel(model.profile)
        let filling = (CardBench.unitBytes - bytes.count % CardBench.unitBytes) % CardBench.unitBytes
        let padded = bytes + [UInt8](repeating: 0xFF, count: filling)
        try padded.withUnsafeBytes { _ = try blank.program(address: CardBench.blockBytes, bytes: $0, at: .zero) }
        return blank
    }

    @Test func everyFieldOutlivesARestart() throws {
        let card = try Self.fullCard()
        #expect(card.boot.failure == "rolled back by a test")
        #expect(card.boot.download?.version == "3.0")
        #expect(card.boot.badBlocks.replaced == [CardBench.firstBlocks[0]])
        let record = try Self.newestRecord(of: card.flash.model)
        let alone = try Self.flash(holding: record, like: card.flash.model)
        #expect(try FlashInspection(alone).record == card.boot)
    }

    @Test func aTrialOutlivesARestart() throws {
        var card = try CardBench.running(TestImage(1), policy: BootPolicy(attempts: 7, trialSeconds: 99))
        try card.download(TestImage(2))
        _ = try card.flash.activate(0, epoch: card.boot.epoch, trialSeconds: 12, at: .zero)
        let trial = try #require(try FlashInspection(card.flash.model).record.trial)
        #expect((trial.instance, trial.attemptsLeft, trial.seconds) == (0, 7, 12))
    }

    @Test func aRecordWithAnyBitFlippedIsNone() throws {
        let model = try Self.fullCard().flash.model
        let record = try Self.newestRecord(of: model)
        for index in record.indices {
            var spoilt = record
            spoilt[index] ^= 1 << UInt8(index % 8)
            let flash = try Self.flash(holding: spoilt, like: model)
            #expect(throws: CardError.noBootRecord, "byte \(index)") { try FlashInspection(flash) }
            #expect(throws: CardError.noBootRecord, "byte \(index)") { try CardFlash(flash, factoryVersion: "1.0") }
        }
    }

    @Test func aRecordThatEndsEarlyIsNone() throws {
        let model = try Self.fullCard().flash.model
        let record = try Self.newestRecord(of: model)
        for count in 1..<record.count where record[count...].contains(where: { $0 != 0xFF }) {
            let flash = try Self.flash(holding: Array(record[..<count]), like: model)
            #expect(throws: CardError.noBootRecord, "\(count) bytes") { try CardFlash(flash, factoryVersion: "1.0") }
        }
    }

    @Test func aRecordOfAnotherVersionIsNamed() throws {
        let model = try Self.fullCard().flash.model
        var record = try Self.newestRecord(of: model)
        record[5] = 9
        let checked = record.count - 4
        let checksum = record[..<checked].withUnsafeBytes { Checksum.of($0) }
        withUnsafeBytes(of: checksum.bigEndian) { record.replaceSubrange(checked..., with: $0) }
        let flash = try Self.flash(holding: record, like: model)
        #expect(throws: CardError.unknownVersion(9)) { try CardFlash(flash, factoryVersion: "1.0") }
        #expect(throws: CardError.unknownVersion(9)) { try FlashInspection(flash) }
    }

    @Test func aBlankFlashGetsTheFactorysRecord() throws {
        let card = try CardBench()
        let record = try FlashInspection(card.flash.model).record
        #expect(record == card.boot)
        #expect(record.instances[0].version == "1.0" && record.instances[0].isValid && record.active == 0)
        #expect(record.committed == 0 && !record.instances[1].isValid)
    }

    @Test func theNewestRecordIsLostAndTheOneBeforeCounts() throws {
        var card = try CardBench.running(TestImage(1))
        let before = card.boot
        try card.download(TestImage(2))
        // Each record goes into the next block: with the last ones gone, those before are still there.
        let newest = try Self.newestRecord(of: card.flash.model)
        #expect(newest[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == card.boot.sequence)
        var model = card.flash.model
        for block in 0..<4 {
            var head = [UInt8](repeating: 0, count: CardBench.blockBytes)
            try head.withUnsafeMutableBytes { try model.peek(address: block * CardBench.blockBytes, into: $0) }
            let holdsNewest = head.indices.contains { head[$0...].starts(with: newest) }
            if holdsNewest { try model.erase(block: block, at: .zero) }
        }
        let record = try FlashInspection(model).record
        #expect(record.sequence == card.boot.sequence - 1)
        #expect(record.sequence > before.sequence && record.download != nil && !record.instances[0].isValid)
    }

    @Test func aMetadataBlockThatWearsOutIsPassedOver() throws {
        var faults = FlashFaults()
        faults.blocks = [BlockFault(block: 1, .eraseError, afterCycles: 1), BlockFault(block: 3, .programNoop)]
        var card = try CardBench.running(TestImage(1), faults: faults)
        for number in UInt64(2)..<30 {
            try card.download(TestImage(number))
            #expect(try FlashInspection(card.flash.model).record == card.boot)
        }
        #expect(card.boot.badBlocks.bad == [3, 1])
        try card.restart()
        #expect(card.boot.badBlocks.bad == [3, 1])
    }

    @Test func withoutAGoodMetadataBlockNothingIsPromised() throws {
        var faults = FlashFaults()
        faults.blocks = (1..<4).map { BlockFault(block: $0, .programError) }
        var card = try CardBench(faults: faults)
        let before = card.boot
        #expect(throws: SwitchFailure.flash(.noMetadataBlock)) { _ = try card.startDownload(TestImage(1)) }
        #expect(try FlashInspection(card.flash.model).record == before)
    }
}
