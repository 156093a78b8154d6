import Scenarios
import Testing

/// What is wrong with a card's flash, as a scenario says it.
@Suite struct FlashFaultsTests {
    private static func scenario(_ flash: String, card: String = "") -> String {
        """
        name: faults
        images: {i: {size: 1KiB, version: 1}}
        kinds: {k: {image: i, flash: \(flash)}}
        groups: {g: {kind: k, slots: 1-2, cards: {2: {\(card)}}}}
        """
    }

    @Test func everyFaultIsRead() throws {
        let text = """
            {age: 50000, times: drawn, factory_bad: 2%, bad_blocks: [{block: 7, fault: program-error},
              {block: 8, fault: erase-noop, after: 12}], bad_pages: [{page: 9, fault: grave, after: 3}],
              bit_flips: 1e-6, slow: 4, slow_erase: 2.5, write_protect: true}
            """
        var faults = ScenarioFlashFaults()
        faults.age = 50000
        faults.times = .drawn
        faults.factoryBadShare = 0.02
        faults.badBlocks = [
            ScenarioFlashFaults.BadBlock(block: 7, .programError),
            ScenarioFlashFaults.BadBlock(block: 8, .eraseNoop, afterCycles: 12),
        ]
        faults.badPages = [ScenarioFlashFaults.BadPage(page: 9, .grave, afterCycles: 3)]
        faults.bitFlipProbability = 1e-6
        faults.slowness = 4
        faults.eraseSlowness = 2.5
        faults.isWriteProtected = true
        let cards = try ScenarioSample.read(Self.scenario(text)).cards
        #expect(cards.map(\.flash.faults) == [faults, faults])
    }

    @Test func withoutAWordThePartIsNew() throws {
        let card = try #require(try ScenarioSample.read(Self.scenario("{}")).cards.first)
        #expect(card.flash.faults == ScenarioFlashFaults())
    }

    @Test func theNearerLayerWinsFieldByField() throws {
        let cards = try ScenarioSample.read(
            Self.scenario(
                "{age: 10, slow: 2, write_protect: true, bad_blocks: [{block: 1, fault: read-error}]}",
                card: "flash: {age: 20, write_protect: false, bad_blocks: []}")
        ).cards
        #expect(cards.map(\.flash.faults.age) == [10, 20])
        #expect(cards.map(\.flash.faults.slowness) == [2, 2])
        #expect(cards.map(\.flash.faults.isWriteProtected) == [true, false])
        #expect(cards.map(\.flash.faults.badBlocks.count) == [1, 0])
    }

    @Test(arguments: [
        ("{age: -1}", "s.yaml:3:36: kinds.k.flash.age is '-1'; expected a whole number from 0 to 1000000000"),
        ("{ages: 1}", "s.yaml:3:31: kinds.k.flash: key 'ages' is not known (did you mean 'age'?)"),
        (
            "{times: drwan}",
            "s.yaml:3:38: kinds.k.flash.times is 'drwan'; expected one of typical, drawn (did you mean 'drawn'?)"
        ),
        ("{factory_bad: 200%}", "s.yaml:3:44: kinds.k.flash.factory_bad is 200%; it must be from 0 to 1"),
        (
            "{bit_flips: often}",
            "s.yaml:3:42: kinds.k.flash.bit_flips is 'often'; expected a share such as 0.02, 2% or 1e-6"
        ),
        ("{slow: 1001}", "s.yaml:3:37: kinds.k.flash.slow is 1001; it must be from 0 to 1000"),
        (
            "{write_protect: yes}",
            "s.yaml:3:46: kinds.k.flash.write_protect is 'yes'; expected true or false (did you mean 'true'?)"
        ),
        (
            "{bad_blocks: 7}",
            "s.yaml:3:43: kinds.k.flash.bad_blocks is a single value; expected a list of blocks, such as [{block: 7, fault: erase-error}]"
        ),
        (
            "{bad_blocks: [7]}",
            "s.yaml:3:44: kinds.k.flash.bad_blocks[0] is a single value; expected a mapping with keys such as block"
        ),
        ("{bad_blocks: [{block: 7}]}", "s.yaml:3:44: kinds.k.flash.bad_blocks[0] lacks the key 'fault'"),
        (
            "{bad_blocks: [{block: 7, fault: erase_error}]}",
            "s.yaml:3:62: kinds.k.flash.bad_blocks[0].fault is 'erase_error'; expected one of program-error, erase-error, read-error, program-noop, erase-noop (did you mean 'erase-error'?)"
        ),
        (
            "{bad_pages: [{page: 1, fault: weak, after: x}]}",
            "s.yaml:3:73: kinds.k.flash.bad_pages[0].after is 'x'; expected a whole number from 0 to 1000000000"
        ),
    ]) func aWrongFaultHasItsPlace(flash: String, message: String) {
        #expect(ScenarioSample.errors(Self.scenario(flash)) == message)
    }

    @Test func moreBadBlocksThanAnyCardCanReplaceAreRefused() {
        let entries = (0...64).map { "{block: \($0), fault: erase-error}" }.joined(separator: ", ")
        #expect(
            ScenarioSample.errors(Self.scenario("{bad_blocks: [\(entries)]}"))
                == "s.yaml:3:43: kinds.k.flash.bad_blocks has 65 entries; the most is 64")
    }
}
