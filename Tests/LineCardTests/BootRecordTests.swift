import CardProtocol
import CardSoftware
import FlashModel
import LineCard
import Runtime
import SoftwareImage
import Testing

/// Two copies, written alternately: what a card knows when it starts again.
@Suite struct BootRecordTests {
    private func afterDownloads(_ count: Int, of flash: FlashModel = FlashModel(.instant)) throws -> FlashModel {
        try CardBench.run(.virtual, flash) { bench in
            let client = try await bench.connect()
            for seed in 0..<count { _ = try await client.download(TestImage(byteCount: 5000, seed: seed)) }
            return await bench.card.flashModel
        }
    }

    @Test func aCardThatStartsAgainKnowsItsInstances() throws {
        let flash = try afterDownloads(1)
        let identity = try CardBench.run(.virtual, flash) { try await $0.connect().identity() }
        #expect(identity.instances == (try FlashInspection(flash).instances))
        #expect(identity.instances[1].isValid && identity.instances[1].imageBytes == 5000)
    }

    @Test func theCopiesAreWrittenInTurnWithRisingNumbers() throws {
        // The factory's record, then two for each download: its start, and its end.
        let flash = try afterDownloads(3)
        let inspection = try FlashInspection(flash)
        #expect(inspection.sequence == 7)
        #expect(try inspection.recordCount() == 4)
        // There was room for all of them: nothing had to be erased.
        for block in 0..<4 { #expect(try flash.wear(ofBlock: block) == 0) }
    }

    @Test func withoutTheNewestCopyTheOlderOneCounts() throws {
        var flash = try afterDownloads(1)
        // Number 3 (instance 1 valid) stands in block 2.
        try flash.erase(block: 2, at: .zero)
        let inspection = try FlashInspection(flash)
        #expect(inspection.sequence == 2 && !inspection.instances[1].isValid)
    }

    @Test func aCardWithoutAnyCopyDoesNotStart() throws {
        var flash = try afterDownloads(1)
        for block in 0..<4 { try flash.erase(block: block, at: .zero) }
        #expect(throws: CardError.noBootRecord) { _ = try FlashInspection(flash) }
        #expect(throws: CardError.noBootRecord) { _ = try afterDownloads(0, of: flash) }
    }

    @Test func aFlashWithoutRoomForTwoInstancesIsRefused() throws {
        let small = try FlashProfile.instant.withCapacity(bytes: 12 << 10)
        #expect(throws: CardError.flashTooSmall(blockCount: 3, eraseBytes: 4096)) {
            _ = try afterDownloads(0, of: FlashModel(small))
        }
    }

    @Test(arguments: ["slot", "hardware_type", "section_bytes", "window_bytes", "link_rate", "link_latency"])
    func impossibleSettingsAreRefusedByField(field: String) {
        let error = #expect(throws: CardSettingsError.self) {
            _ = try CardSettings(
                slot: field == "slot" ? 0 : 1, hardwareType: field == "hardware_type" ? "" : "OLT-8", serialNumber: "1",
                flash: .instant, windowBytes: field == "window_bytes" ? 1000 : 128 << 10,
                maximumSectionBytes: field == "section_bytes" ? 65537 : 65536,
                linkBitsPerSecond: field == "link_rate" ? 0 : nil,
                linkLatency: field == "link_latency" ? .seconds(-1) : .zero)
        }
        #expect(error?.field == field)
    }
}
