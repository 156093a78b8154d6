import Download
import FlashModel
import LineCard
import Runtime
import SoftwareImage
import Testing

/// That an image which all cards share in memory changes nothing but what a run costs.
@Suite struct SharedImageTests {
    private static func shelves() throws -> [[Occupant]] {
        let slow = try FlashProfile.spiNOR.scaled(by: 5)
        let link = CardOptions(bitsPerSecond: 100_000_000)
        return [
            Array(repeating: .card, count: 3),
            Array(repeating: .card(link), count: 3),
            // A straggler, which reads from a donor, over links; and a card that dies.
            [.card(link), .card(CardOptions(part: slow, bitsPerSecond: 20_000_000)), .card(link), .card(link)],
            [.card, .card(CardOptions(diesAt: .milliseconds(900))), .card],
            [
                .card(CardOptions(part: .slcNAND)), .card(CardOptions(part: .nor2002)),
                .card(CardOptions(part: .instant)),
            ],
        ]
    }

    /// An odd size: the last section does not fill a program unit.
    @Test(arguments: 0..<5, [200_000, 262_144]) func aRunIsTheSameWithAndWithoutSharing(
        shelf: Int, imageBytes: Int
    ) throws {
        var bench = DownloadBench(try Self.shelves()[shelf])
        bench.image = TestImage(byteCount: imageBytes)
        bench.blockBytes = 32 << 10
        if shelf == 0 { bench.kills = [.milliseconds(400), .milliseconds(300)] }
        let copied = try bench.run()
        bench.sharesImage = true
        let shared = try bench.run()
        #expect(shared.trace == copied.trace)
        #expect(shared.result == copied.result)
        #expect(shared.endedAt == copied.endedAt)
        for (slot, flash) in copied.flash {
            let other = try #require(shared.flash[slot])
            #expect(other.counts == flash.counts && other.busyUntil == flash.busyUntil, "slot \(slot)")
            for block in 0..<flash.geometry.blockCount {
                #expect(try other.image(ofBlock: block) == flash.image(ofBlock: block), "slot \(slot), block \(block)")
            }
        }
    }

    /// Or else the test above compares a copy with a copy.
    @Test func whatCardsHoldIsTheSharedImageItself() throws {
        var bench = DownloadBench(cardCount: 2)
        bench.image = TestImage(byteCount: 1 << 20)
        bench.sharesImage = true
        for flash in try bench.run().flash.values {
            let blockBytes = flash.geometry.eraseSize
            let shared = (0..<flash.geometry.blockCount).count {
                flash.shared(at: $0 * blockBytes, byteCount: blockBytes) != nil
            }
            #expect(shared == (1 << 20) / blockBytes)
        }
    }
}
