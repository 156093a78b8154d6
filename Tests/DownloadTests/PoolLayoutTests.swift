import CardProtocol
import Download
import Testing

@Suite struct PoolLayoutTests {
    private static let blockSizes = stride(from: 16 << 10, through: 1 << 20, by: PoolLayout.granularityBytes)

    @Test func sectionsDivideEveryBlockThatMayBe() {
        for blockBytes in Self.blockSizes {
            let layout = PoolLayout(blockBytes: blockBytes, blockCount: 2, budgetBytes: 2 * blockBytes)
            let section = layout.sectionBytes
            #expect(section > 0 && section <= CardFrame.maximumSectionBytes, "blocks of \(blockBytes)")
            #expect(blockBytes % section == 0, "blocks of \(blockBytes), sections of \(section)")
            #expect(layout.sectionsPerBlock * section == blockBytes, "blocks of \(blockBytes)")
            // Whole pages of every flash part that is cut in 4 KiB or less.
            #expect(section % PoolLayout.granularityBytes == 0, "blocks of \(blockBytes), sections of \(section)")
        }
    }

    /// No larger section would do: found by trying all of them.
    @Test func sectionsAreAsLargeAsTheyCanBe() {
        for blockBytes in Self.blockSizes {
            let layout = PoolLayout(blockBytes: blockBytes, blockCount: 2, budgetBytes: 2 * blockBytes)
            let largest = stride(from: CardFrame.maximumSectionBytes, to: 0, by: -PoolLayout.granularityBytes)
                .first { blockBytes % $0 == 0 }
            #expect(layout.sectionBytes == largest, "blocks of \(blockBytes)")
        }
    }

    @Test(arguments: [
        (16 << 10, 16 << 10), (64 << 10, 64 << 10), (68 << 10, 4 << 10), (96 << 10, 48 << 10), (1 << 20, 64 << 10),
    ])
    func someAreKnown(blockBytes: Int, sectionBytes: Int) {
        let layout = PoolLayout(blockBytes: blockBytes, blockCount: 2, budgetBytes: 2 * blockBytes)
        #expect(layout.sectionBytes == sectionBytes)
    }
}
