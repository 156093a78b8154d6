import Scenarios
import Settings
import Testing

@Suite struct ScenarioReaderTests {
    @Test func aScenarioIsReadAndResolved() throws {
        let scenario = try ScenarioSample.read(ScenarioSample.text)
        #expect(scenario.intent == "Twenty cards get one image.")
        #expect(scenario.name == "sample")
        #expect(scenario.seed == 1)
        #expect(scenario.timeout == .seconds(120))
        #expect(scenario.server.source == .embedded(.ftp))
        #expect(try scenario.server.link == ScenarioSample.link("100Mbit", "2ms"))
        #expect(scenario.server.account == nil)
        #expect(scenario.images.map(\.name) == ["adsl-2.0", "other"])
        #expect(scenario.images[0].content == .generated(.mebibytes(16)))
        #expect(scenario.images[1].content == .file("folder/a/b.img"))
        #expect(scenario.images.map(\.fileName) == ["adsl-2.0.img", "b.img"])
        #expect(scenario.pool.blockCount == 16)
        #expect(scenario.groups[0].name == "adsl")
        #expect(scenario.groups[0].kind == "adsl")
        #expect(scenario.groups[0].image == scenario.images[0])
        #expect(scenario.cards.map(\.slot) == [1, 2, 3])
        #expect(scenario.expectation.exit == .success)
        #expect(scenario.expectation.metrics.map(\.description) == ["efficiency >= 0.97"])
    }

    @Test func severalGroupsShareTheShelf() throws {
        let scenario = try ScenarioSample.read(
            """
            name: n
            images: {i: {size: 1KiB, version: 1}, j: {size: 2KiB, version: 2}}
            kinds: {k: {image: i}, l: {image: j}}
            groups: {g: {kind: k, slots: [2, 4]}, h: {kind: l, slots: [1, 3], after: commit}}
            then: [{image: i, group: h}]
            """)
        #expect(scenario.groups.map(\.name) == ["g", "h"])
        #expect(scenario.groups.map(\.kind) == ["k", "l"])
        #expect(scenario.groups.map(\.image.name) == ["i", "j"])
        #expect(scenario.cards.map(\.slot) == [1, 2, 3, 4])
        #expect(scenario.cards.map(\.group) == ["h", "g", "h", "g"])
        #expect(scenario.bootsImages)
        #expect(scenario.steps.map(\.group) == ["h"])
    }

    /// defaults < kinds < groups < one card, field by field.
    @Test func theNearerLayerWins() throws {
        let text = """
            name: layers
            images: {i: {size: 1KiB, version: 1}}
            defaults: {image: i, window: 256KiB, section: 32KiB, flash: {profile: nor-2002, scale: 2, size: 1MiB}, link: {rate: 1Mbit, latency: 1ms}}
            kinds: {k: {window: 128KiB, flash: {profile: slc-nand}, link: {rate: 2Mbit}}}
            groups: {g: {kind: k, slots: 5-6, window: 64KiB, flash: {scale: 3}, cards: {6: {window: 32KiB, link: {latency: 0s}}}}}
            """
        let cards = try ScenarioSample.read(text).cards
        let flash = cards[0].flash
        #expect(flash.profile == .slcNAND)
        #expect(flash.scale == 3)
        #expect(flash.size == .mebibytes(1))
        #expect(cards[0].section == .kibibytes(32))
        #expect(cards.map(\.flash) == [flash, flash])
        #expect(cards.map(\.window) == [.kibibytes(64), .kibibytes(32)])
        #expect(try cards.map(\.link) == [ScenarioSample.link("2Mbit", "1ms"), ScenarioSample.link("2Mbit", "0s")])
    }

    @Test func whatAScenarioLeavesOutHasItsDefault() throws {
        let scenario = try ScenarioSample.read(
            "name: n\nimages: {i: {size: 1, version: 1}}\nkinds: {k: {image: i}}\ngroups: {g: {kind: k, slots: 1}}\n")
        #expect(scenario.intent == "")
        #expect(scenario.server == ScenarioServer(source: .embedded(.ftp), link: .clear, account: nil))
        #expect(scenario.pool.budgetBytes == 524_288)
        #expect(scenario.expectation == ScenarioExpectation(exit: .success, metrics: []))
        let card = try #require(scenario.cards.first)
        #expect(card.flash == ScenarioFlash(profile: .spiNOR, scale: 1, size: .mebibytes(32)))
        #expect(card.link == .clear)
        #expect(card.window == .kibibytes(128))
        #expect(card.section == .kibibytes(64))
    }

    @Test func overridesReachEverything() throws {
        let scenario = try ScenarioSample.read(
            ScenarioSample.text,
            overrides: [
                "ce.memory=2MiB", "groups.adsl.slots=1-40", "seed=7", "images.adsl-2.0.size=1MiB",
                "groups.adsl.cards.2.window=1MiB",
                "expect.metrics=[]", "expect.exit=failure",
            ])
        #expect(scenario.pool.budgetBytes == 2 << 20)
        #expect(scenario.cards.count == 40)
        #expect(scenario.seed == 7)
        #expect(scenario.groups[0].image.content == .generated(.mebibytes(1)))
        #expect(scenario.cards[1].window == .mebibytes(1))
        #expect(scenario.expectation == ScenarioExpectation(exit: .failure, metrics: []))
    }

    @Test func anOverridesErrorNamesTheOption() {
        #expect(
            ScenarioSample.errors(
                ScenarioSample.text, overrides: ["ce.memory=1Mib", "groups.adsl.slots=0", "kinds.adsl.image=adsl-2"])
                    == """
                    --set ce.memory=1Mib: ce.memory is '1Mib'; expected a size such as 64KiB, 16MiB, 10MB or 512B (did you mean '1MiB'?)
                    --set kinds.adsl.image=adsl-2: kinds.adsl.image is 'adsl-2', which is not among the images: adsl-2.0, other (did you mean 'adsl-2.0'?)
                    --set groups.adsl.slots=0: groups.adsl.slots has slot 0; slots are from 1 to 65535
                    """)
    }

    @Test(arguments: [
        ("# One.\n# Two.\nname: x", "One. Two."), ("name: x\n# late", ""), ("#One\n#\n# Two\n\n# Three\n", "One Two"),
        ("# yaml-language-server: $schema=./s.json\n# One.\n", "One."), ("## Headline\r\n# text\r\n", "Headline text"),
        ("", ""),
    ]) func theOpeningCommentIsTheIntent(text: String, intent: String) throws {
        #expect(ScenarioReader.intent(of: try SourceText(file: "s.yaml", bytes: Array(text.utf8))) == intent)
    }

    @Test(
        arguments: [
            ("1", [1]), ("1-4,7,9-12", [1, 2, 3, 4, 7, 9, 10, 11, 12]), ("[5, 1-2]", [1, 2, 5]),
            ("\"3, 1 - 2\"", [1, 2, 3]),
            ("65535", [65535]), ("010", [10]),
        ] as [(String, [UInt16])]) func slotsAreRead(text: String, slots: [UInt16]) throws
    {
        let text = ScenarioSample.text.replacing("slots: 1-3, cards: {2: {window: 64KiB}}", with: "slots: \(text)")
            .replacing("slots: 1-4,7,9-12", with: "slots: \"1-4,7,9-12\"")
        #expect(try ScenarioSample.read(text).cards.map(\.slot) == slots)
    }

    @Test(
        arguments: [
            ("{program: vsftpd, link: {rate: 1Mbit}}", .program(.vsftpd), nil),
            (
                "{url: ftp://127.0.0.1:2121/folder/}", .running(try! ServerURL("ftp://127.0.0.1:2121/folder/")),
                "ftp://127.0.0.1:2121/folder/adsl-2.0.img"
            ),
            (
                "{url: ftp://127.0.0.1:2121/x.img}", .running(try! ServerURL("ftp://127.0.0.1:2121/x.img")),
                "ftp://127.0.0.1:2121/x.img"
            ),
            ("{protocol: ftp, user: u, password: p}", .embedded(.ftp), nil),
        ] as [(String, ScenarioServer.Source, String?)]) func serversAreRead(
            text: String, source: ScenarioServer.Source, url: String?
        ) throws
    {
        let server = "{link: {rate: 100Mbit, latency: 2ms}}"
        let scenario = try ScenarioSample.read(ScenarioSample.text.replacing(server, with: text))
        #expect(scenario.server.source == source)
        #expect(scenario.server.url(of: scenario.groups[0].image)?.description == url)
        #expect((scenario.server.account == ScenarioServer.Account(user: "u", password: "p")) == text.contains("user"))
    }

    @Test func anImageLargerThanTheFlashIsTheCardsToRefuse() throws {
        let scenario = try ScenarioSample.read(ScenarioSample.text, overrides: ["kinds.adsl.flash.size=1MiB"])
        #expect(scenario.cards[0].flash.size == .mebibytes(1))
    }
}

extension ScenarioSample {
    static func link(_ rate: String, _ latency: String) throws -> ScenarioLink {
        ScenarioLink(rate: try DataRate(parsing: rate), latency: try Duration.parsing(latency))
    }
}
