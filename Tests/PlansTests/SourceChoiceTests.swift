import Plans
import Reports
import Settings
import Testing

/// `source` in a plan: whether the image comes from its server or from cards.
@Suite struct SourceChoiceTests {
    /// Two blocks; what their digests are does not matter here.
    private static let digest = "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8="
    private static let blocks = "blocks: {size: 8MiB, sha256: [\(digest), \(digest)]}"

    private static func text(_ source: String, hasBlocks: Bool = true) -> String {
        let manifest =
            hasBlocks
            ? PlanSample.inlineManifest.replacing("}", with: ", \(blocks)}") : PlanSample.inlineManifest
        return """
            groups:
              adsl:
                image:
                  url: "ftp://127.0.0.1:2121/adsl.img"
                  manifest: \(manifest)
                  source: \(source)
                cards: {2: 127.0.0.1:40002, 1: 127.0.0.1:40001}
              gpon:
                image: {url: "ftp://127.0.0.1:2121/gpon.img", manifest: \(PlanSample.inlineManifest)}
                cards: {7: 127.0.0.1:40007}
            """
    }

    @Test(arguments: [
        ("server", SourceChoice.server), ("auto", .auto), ("{card: 2}", .card(slot: 2)), ("{card: 7}", .card(slot: 7)),
    ]) func itIsReadAndWritten(source: String, expected: SourceChoice) throws {
        let plan = try PlanReader.read(PlanSample.source(Self.text(source)), folder: "")
        #expect(plan.groups.map(\.image.source) == [expected, .server])
        #expect(try PlanReader.read(PlanSample.source(PlanWriter.text(of: plan)), folder: "") == plan)
    }

    @Test func anOptionSaysItToo() throws {
        let overrides = [try SettingsOverride(parsing: "groups.adsl.image.source=auto")]
        let plan = try PlanReader.read(PlanSample.source(Self.text("server")), folder: "", overrides: overrides)
        #expect(plan.groups[0].image.source == .auto)
    }

    @Test(arguments: [
        ("donor", "groups.adsl.image.source is 'donor'; expected server, auto or {card: SLOT}"),
        ("{card: 9}", "groups.adsl.image.source.card is slot 9, which is not among the plan's cards"),
        ("{card: 0}", "groups.adsl.image.source.card is 0; it must be from 1 to 65535"),
        ("{slot: 2}", "key 'slot' is not known"),
    ]) func whatIsWrongIsSaid(source: String, expected: String) {
        let errors = PlanSample.errors(Self.text(source))
        #expect(errors.contains(expected), "\(errors)")
    }

    @Test func cardsAreNotReadWithoutDigestsToHoldThemAgainst() {
        #expect(PlanSample.errors(Self.text("server", hasBlocks: false)) == "")
        let errors = PlanSample.errors(Self.text("auto", hasBlocks: false))
        #expect(errors.contains("groups.adsl.image.source needs a manifest with block digests"), "\(errors)")
    }
}
