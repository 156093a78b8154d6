import CardProtocol
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
        // The factory's record, then two for the first download's end and each later download.
        let flash = try afterDownloads(3)
        #expect(try FlashInspection(flash).sequence == 6)
        #expect(abs(Int(try flash.wear(ofBlock: 0)) - Int(try flash.wear(ofBlock: 1))) <= 1)
    }

    @Test func withoutTheNewestCopyTheOlderOneCounts() throws {
        var flash = try afterDownloads(1)
        // Number 2 (instance 1 valid) stands in block 1.
        try flash.erase(block: 1, at: .zero)
        let inspection = try FlashInspection(flash)
        #expect(inspection.sequence == 1 && !inspection.instances[1].isValid)
    }

    @Test func aCardWithoutAnyCopyDoesNotStart() throws {
        var flash = try afterDownloads(1)
        for block in 0..<2 { try flash.erase(block: block, at: .zero) }
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
