import Plans
import Settings
import Testing

/// Groups that select their cards from an inventory, by type, by version, by any label.
@Suite struct InventoryTests {
    private static func text(_ groups: String) -> String {
        """
        cards:
          1: {address: 127.0.0.1:40001, type: adsl, board: rev-a}
          2: {address: 127.0.0.1:40002, type: adsl, board: rev-b}
          3: {address: "[::1]:40003", board: rev-b}
          4: 127.0.0.1:40004
        groups:
        \(groups)
        """
    }

    private static func group(_ name: String, _ select: String) -> String {
        """
          \(name):
            image: {url: "ftp://127.0.0.1:2121/\(name).img", manifest: \(PlanSample.inlineManifest)}
            select: \(select)

        """
    }

    private static func plan(_ groups: [(String, String)]) throws -> DownloadPlan {
        try PlanReader.read(
            PlanSample.source(text(groups.map { group($0.0, $0.1) }.joined())), folder: "")
    }

    private static func slots(_ plan: DownloadPlan) -> [[UInt16]] { plan.groups.map { $0.cards.map(\.slot) } }

    @Test func labelsOfThePlanDecide() throws {
        var plan = try Self.plan([("a", "{board: rev-a}"), ("b", "{board: rev-b}")])
        #expect(plan.cardsToAsk == [])
        #expect(try plan.place(facts: [:], silence: [:]) == [4])
        #expect(Self.slots(plan) == [[1], [2, 3]])
        #expect(plan.unplaced == [])
    }

    /// Only those are asked of which it matters.
    @Test func whatThePlanDoesNotSayTheCardsAreAskedFor() throws {
        var plan = try Self.plan([("a", "{type: adsl, version: 1.0.0}"), ("v", "{type: voip}")])
        #expect(plan.cardsToAsk.map(\.slot) == [1, 2, 3, 4])
        var typed = try Self.plan([("a", "{type: adsl, board: rev-b}")])
        #expect(typed.cardsToAsk.map(\.slot) == [3])
        let facts =
            [
                1: CardFacts(type: "adsl", version: "1.0.0"), 2: CardFacts(type: "adsl", version: "2.0.0"),
                3: CardFacts(type: "voip", version: "1.0.0"),
            ] as [UInt16: CardFacts]
        #expect(try plan.place(facts: facts, silence: [4: "nobody listens"]) == [2])
        #expect(Self.slots(plan) == [[1], [3]])
        #expect(
            plan.unplaced == [UnplacedCard(slot: 4, reason: "asked for its type and version: nobody listens")])
        #expect(try typed.place(facts: facts, silence: [:]) == [1, 3, 4])
        #expect(Self.slots(typed) == [[2]])
    }

    /// What the plan says of a card wins over what the card says.
    @Test func aLabelOfThePlanIsBelieved() throws {
        var plan = try Self.plan([("a", "{type: adsl}")])
        let facts = [1: CardFacts(type: "voip", version: "1")] as [UInt16: CardFacts]
        _ = try plan.place(facts: facts, silence: [:])
        #expect(Self.slots(plan) == [[1, 2]])
    }

    @Test func aCardOfTwoGroupsIsRefused() throws {
        var plan = try Self.plan([("a", "{type: adsl}"), ("b", "{board: rev-b}")])
        #expect(
            throws: SettingsError([
                Diagnostic(file: "slot 2", message: "is selected by several groups (a, b); a card is in one group only")
            ])
        ) { try plan.place(facts: [:], silence: [:]) }
    }

    @Test func thatNoGroupHasAnyCardIsAnError() throws {
        var plan = try Self.plan([("a", "{board: rev-b, type: voip}")])
        let facts = [3: CardFacts(type: "adsl", version: "1")] as [UInt16: CardFacts]
        #expect(
            throws: SettingsError([
                Diagnostic(file: "cards", message: "no group selects any of the plan's cards")
            ])
        ) { try plan.place(facts: facts, silence: [:]) }
    }

    @Test func itIsWrittenAsItIsRead() throws {
        let plan = try Self.plan([("a", "{board: rev-a}"), ("b", "{board: rev-b, type: \"x y\"}")])
        #expect(try PlanReader.read(PlanSample.source(PlanWriter.text(of: plan)), folder: "") == plan)
    }

    @Test(arguments: [
        ("{bord: rev-a}", "p.yaml:9:14: groups.g.select: no card has the label 'bord' (did you mean 'board'?)"),
        ("{}", "p.yaml:9:13: groups.g.select is empty; expected at least one label, such as {type: adsl}"),
        (
            "adsl",
            "p.yaml:9:13: groups.g.select is a single value; expected labels that the group's cards have, such as {type: adsl}"
        ),
        (
            "{type: adsl}\n    cards: {9: 127.0.0.1:9}",
            "p.yaml:10:12: groups.g.cards and select exclude each other: a group names its cards, or selects them"
        ),
        (
            "{type: adsl}\n    protect: [[1, 7]]",
            "p.yaml:10:19: groups.g.protect[0][1] is slot 7, which is not among the group's cards"
        ),
    ]) func anErrorSaysWhereAndWhat(select: String, message: String) {
        #expect(PlanSample.errors(Self.text(Self.group("g", select))) == message)
    }

    @Test func anInventorysErrorsAreTold() {
        let text = """
            cards: {1: {adress: x}, 2: {address: 127.0.0.1:1, -x: y}, 3: 127.0.0.1:1, 3: 127.0.0.1:2}
            groups: {g: {image: {url: "ftp://h/x", manifest: \(PlanSample.inlineManifest)}, cards: {2: 127.0.0.1:5}}}
            """
        let errors = PlanSample.errors(text)
        #expect(errors.contains("p.yaml:1:12: cards.1 lacks the key 'address'"))
        #expect(errors.contains("p.yaml:1:51: cards.2: key '-x' is not a name"))
        #expect(errors.contains("key '3' stands twice"))
        #expect(errors.contains("groups.g.cards: slot 2 is in the plan's own cards already"))
        let bare = Self.group("g", "{type: adsl}")
        #expect(
            PlanSample.errors("groups:\n" + bare)
                == "p.yaml:4:13: groups.g.select has no cards to select from; list them at the top of the plan, under cards"
        )
    }
}
