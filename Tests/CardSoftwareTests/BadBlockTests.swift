import CardProtocol
import CardSoftware
import FlashModel
import Testing

/// Downloads over blocks that fail, in every way and at every place.
@Suite struct BadBlockTests {
    private static let image = TestImage(1)
    private static let unitsPerBlock = CardBench.blockBytes / CardBench.unitBytes
    /// Of instance 1, into which a new card downloads.
    private static let first = CardBench.firstBlocks[1]

    /// Downloads the image, and looks whether it is there: now, and after a restart.
    ///
    /// - Returns: the card.
    private static func download(_ faults: FlashFaults) throws -> CardBench {
        var card = try CardBench(faults: faults)
        // Something to be erased, so that an erase that does nothing shows.
        var model = card.flash.model
        for block in first..<first + 4 {
            let dirt = [UInt8](repeating: 0x55, count: CardBench.blockBytes)
            try? dirt.withUnsafeBytes {
                _ = try model.program(address: block * CardBench.blockBytes, bytes: $0, at: .zero)
            }
        }
        card = try CardBench(model)
        try card.download(image)
        for _ in 0..<2 {
            #expect(card.boot.instances[1].isValid && card.boot.instances[1].digest == image.image.digest)
            #expect(try card.bytes(ofInstance: 1, count: image.bytes.count) == image.bytes)
            try card.restart()
        }
        return card
    }

    @Test(arguments: BlockFault.Behaviour.allCases, 0..<3)
    func aBadBlockIsReplaced(behaviour: BlockFault.Behaviour, place: Int) throws {
        var faults = FlashFaults()
        faults.blocks = [BlockFault(block: Self.first + place, behaviour)]
        let card = try Self.download(faults)
        #expect(card.boot.badBlocks.bad == [Self.first + place])
        #expect(card.boot.badBlocks.replaced == [Self.first + place])
        #expect(card.boot.badBlocks.sparesInUse == [CardBench.spares.lowerBound])
        let wear = try card.flash.wear()
        #expect(wear.badBlocks == 1 && wear.sparesLeft == 1)
    }

    @Test(arguments: UnitFault.Behaviour.allCases, 0..<unitsPerBlock)
    func aBadUnitMovesWhatWasBeforeIt(behaviour: UnitFault.Behaviour, unit: Int) throws {
        var faults = FlashFaults()
        faults.units = [UnitFault(unit: (Self.first + 1) * Self.unitsPerBlock + unit, behaviour)]
        let card = try Self.download(faults)
        #expect(card.boot.badBlocks.replaced == [Self.first + 1])
    }

    @Test(arguments: BlockFault.Behaviour.allCases)
    func aSpareThatIsBadItselfIsPassedOver(behaviour: BlockFault.Behaviour) throws {
        var faults = FlashFaults()
        // An erase that does nothing shows only where there was something to erase; a new spare is blank.
        let ofSpare = behaviour == .eraseNoop ? .eraseError : behaviour
        faults.blocks = [
            BlockFault(block: Self.first, behaviour), BlockFault(block: CardBench.spares.lowerBound, ofSpare),
        ]
        let card = try Self.download(faults)
        #expect(card.boot.badBlocks.place(of: Self.first) == CardBench.spares.lowerBound + 1)
        #expect(Set(card.boot.badBlocks.bad) == [Self.first, CardBench.spares.lowerBound])
        #expect(try card.flash.wear().sparesLeft == 0)
    }

    @Test func withoutASpareTheDownloadFailsWithTheBlock() throws {
        var faults = FlashFaults()
        faults.blocks = (0..<3).map { BlockFault(block: Self.first + $0, .eraseError) }
        var card = try CardBench(faults: faults)
        var progress = try card.startDownload(Self.image)
        #expect(throws: FlashFailure.outOfSpares(block: Self.first + 2)) {
            try card.append(Self.image, to: &progress)
        }
        #expect(progress.programmedBytes == 2 * CardBench.blockBytes)
        try card.restart()
        #expect(card.boot.active == 0 && !card.boot.instances[1].isValid)
        #expect(card.boot.badBlocks.sparesInUse == Array(CardBench.spares))
    }

    @Test func aReplacedBlockStaysReplacedInTheNextDownload() throws {
        var faults = FlashFaults()
        faults.blocks = [BlockFault(block: Self.first + 1, .programNoop)]
        var card = try Self.download(faults)
        try card.download(TestImage(2))
        let erases = try card.flash.model.wear(ofBlock: Self.first + 1)
        try card.restart()
        try card.download(TestImage(3))
        #expect(try card.flash.model.wear(ofBlock: Self.first + 1) == erases, "a bad block is not touched again")
        #expect(card.boot.badBlocks.bad == [Self.first + 1])
        #expect(try card.bytes(ofInstance: 1, count: TestImage(3).bytes.count) == TestImage(3).bytes)
    }

    @Test func whatTheFactoryMarkedIsReplacedFromTheStart() throws {
        var found = 0
        for seed in UInt64(1)...40 {
            var faults = FlashFaults()
            faults.seed = seed
            faults.factoryBadShare = 0.08
            let card: CardBench
            do { card = try CardBench(faults: faults) } catch CardError.flash(.outOfSpares) { continue }
            let marked = (4..<14).filter { card.flash.model.isFactoryBad(block: $0) }
            #expect(Set(card.boot.badBlocks.bad).isSuperset(of: marked))
            #expect(card.boot.badBlocks.replaced == marked.filter { !CardBench.spares.contains($0) })
            found += marked.count
            var used = card
            try used.download(Self.image)
            #expect(try used.bytes(ofInstance: 1, count: Self.image.bytes.count) == Self.image.bytes)
        }
        #expect(found > 10, "the parts had bad blocks")
    }

    @Test func aBlockThatCannotBeSavedIsSentAgain() throws {
        var faults = FlashFaults()
        // The third section of the second block does not go in.
        faults.units = [UnitFault(unit: (Self.first + 1) * Self.unitsPerBlock + 9, .weakPage)]
        var card = try CardBench(faults: faults)
        var progress = try card.startDownload(Self.image)
        try card.append(Self.image, to: &progress, upTo: CardBench.blockBytes + 2 * CardBench.sectionBytes)
        // What the block holds already has rotted when it is to be moved.
        var model = card.flash.model
        try model.rot(block: Self.first + 1, bits: 1)
        card.flash = try CardFlash(model, factoryVersion: "1.0")
        #expect(throws: FlashFailure.blockLost(block: Self.first + 1, offset: CardBench.blockBytes)) {
            try card.append(Self.image, to: &progress)
        }
        #expect(progress.programmedBytes == CardBench.blockBytes)
        try card.append(Self.image, to: &progress)
        _ = try card.flash.finishDownload(progress, at: .zero)
        #expect(try card.bytes(ofInstance: 1, count: Self.image.bytes.count) == Self.image.bytes)
    }
}
