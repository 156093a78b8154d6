import Plans
import Reports
import Rollout
import Runtime
import Settings
import SoftwareImage
import Testing

@Suite struct PlanReaderTests {
    @Test func aPlanIsRead() throws {
        let plan = try PlanReader.read(PlanSample.source(PlanSample.text), folder: "")
        #expect(plan.pool.budgetBytes == 1 << 20)
        #expect(plan.pool.blockBytes == 65536)
        #expect(plan.pool.blockCount == 16)
        #expect(plan.mode == .serialPipelined)
        #expect(plan.timeout == .seconds(60))
        #expect(plan.groups[0].name == "adsl")
        #expect(plan.groups[0].image.url.description == "ftp://127.0.0.1:2121/adsl.img")
        #expect(plan.groups[0].image.manifest == PlanSample.manifest)
        #expect(plan.groups[0].image.user == nil)
        #expect(
            plan.groups[0].cards == [
                PlannedCard(slot: 1, endpoint: Endpoint(host: "127.0.0.1", port: 40001)),
                PlannedCard(slot: 2, endpoint: Endpoint(host: "::1", port: 40002)),
            ])
    }

    @Test func whatAPlanLeavesOutHasItsDefault() throws {
        let text = """
            groups:
              g:
                image: {url: ftp://h/x, manifest: \(PlanSample.inlineManifest)}
                cards: {7: 127.0.0.1:1}
            """
        let plan = try PlanReader.read(PlanSample.source(text), folder: "")
        #expect(plan.pool.budgetBytes == 524_288)
        #expect(plan.pool.blockCount == 8)
        #expect(plan.mode == .parallel)
        #expect(plan.timeout == nil)
    }

    @Test func aPlanFileNamesItsManifestAndPasswordFileFromItsFolder() throws {
        let folder = TemporaryFolder()
        folder.write(ManifestWriter.text(of: PlanSample.manifest), to: "m.yaml")
        let plan = folder.write(
            """
            groups:
              g:
                image: {url: ftp://h/x, manifest: m.yaml, user: u, password_file: secret}
                cards: {7: 127.0.0.1:1}
            link_security: clear
            """, to: "plan.yaml")
        let read = try PlanReader.read(contentsOf: plan)
        #expect(read.groups[0].image.manifest == PlanSample.manifest)
        #expect(read.groups[0].image.user == "u")
        #expect(read.groups[0].image.passwordFile == folder.path + "secret")
    }

    @Test func aManifestFilesErrorsComeWithThePlans() {
        let folder = TemporaryFolder()
        let manifest = folder.write("type: adsl\nversion: 2.0.0\nsize: 0\nsha256: abc\n", to: "m.yaml")
        let text = """
            groups:
              g:
                image: {url: gopher://h/x, manifest: m.yaml}
                cards: {7: 127.0.0.1:1}
            """
        #expect(
            PlanSample.errors(text, folder: folder.path) == """
                p.yaml:3:18: groups.g.image.url begins with 'gopher:'; expected one of ftp, ftpes, ftps, http, https and file
                \(manifest):3:7: size is 0B; it must be from 1B to 16GiB
                \(manifest):4:9: sha256 is 'abc', with 3 characters; expected 64 hexadecimal digits
                """)
    }

    @Test func aManifestThatIsNotThereIsThePlansError() {
        let text = PlanSample.text.replacing(PlanSample.inlineManifest, with: "none.yaml")
        #expect(
            PlanSample.errors(text, folder: "/no/such/")
                == "p.yaml:8:61: groups.adsl.image.manifest is '/no/such/none.yaml', which cannot be opened: No such file or directory"
        )
    }

    private static let address = "expected a numeric address and a port, such as 127.0.0.1:40001 or [::1]:40001"

    /// Each with one change to the sample.
    @Test(arguments: [
        (
            "memory: 1MiB", "memory: 64KiB",
            "p.yaml:2:9: memory is 64KiB, which holds 1 of the blocks of 64KiB; a pool has at least 2: give at least 128KiB"
        ),
        ("memory: 1MiB", "memroy: 1MiB", "p.yaml:2:1: key 'memroy' is not known (did you mean 'memory'?)"),
        ("block: 64KiB", "block: 8KiB", "p.yaml:3:8: block is 8KiB; it must be from 16KiB to 1MiB"),
        ("block: 64KiB", "blocks: 5000", "p.yaml:3:9: blocks is 5000; it must be from 2 to 4096"),
        (
            "block: 64KiB", "block: 64kb",
            "p.yaml:3:8: block is '64kb'; expected a size such as 64KiB, 16MiB, 10MB or 512B (did you mean '64kB'?)"
        ),
        (
            "serial-pipelined", "serial-piplined",
            "p.yaml:4:7: mode is 'serial-piplined'; expected one of parallel, serial, serial-pipelined (did you mean 'serial-pipelined'?)"
        ),
        ("60s", "60", "p.yaml:5:10: timeout is '60'; expected a duration such as 60s, 20ms, 200us or 2min"),
        ("60s", "25h", "p.yaml:5:10: timeout is 25h; it must be from 1ms to 24h"),
        (
            "groups:", "group:",
            "p.yaml:2:1: the key 'groups' is missing\np.yaml:6:1: key 'group' is not known (did you mean 'groups'?)"
        ),
        (
            "  adsl:", "  a b:",
            "p.yaml:7:3: groups: key 'a b' is not a name of 1 to 64 letters, digits, '.', '_' and '-' that begins with a letter, a digit or '_'"
        ),
        (
            "    cards:", "    crads:",
            "p.yaml:8:5: groups.adsl lacks the key 'cards'\np.yaml:9:5: groups.adsl: key 'crads' is not known (did you mean 'cards'?)"
        ),
        ("url: \"ftp://127.0.0.1:2121/adsl.img\", ", "", "p.yaml:8:12: groups.adsl.image lacks the key 'url'"),
        ("adsl.img", "", "p.yaml:8:18: groups.adsl.image.url names a folder; expected the image's own file"),
        (
            "adsl.img", "%0d%0aDELE x",
            "p.yaml:8:18: groups.adsl.image.url has a blank, a control character or a letter beyond ASCII in it; write it as %20 and the like"
        ),
        (
            "ftp://127", "ftp://u:p@127",
            "p.yaml:8:18: groups.adsl.image.url has a user or a password in it; use user and password_file, or the environment variable CE_PASSWORD"
        ),
        (
            "image: {", "image: {password: x, ",
            "p.yaml:8:23: groups.adsl.image.password does not belong in a plan, where others read it; use password_file, or the environment variable CE_PASSWORD"
        ),
        (
            "image: {", "image: {password_file: x, ",
            "p.yaml:8:28: groups.adsl.image.password_file is there without user; say whose password it is"
        ),
        (
            "version: 2.0.0", "version: 2 0",
            "p.yaml:8:83: groups.adsl.image.manifest.version is '2 0'; expected a version such as 2.0.0: up to 64 letters, digits, '.', '_', '+', '~' and '-'"
        ),
        (
            "size: 16MiB", "size: 17GiB",
            "p.yaml:8:96: groups.adsl.image.manifest.size is 17GiB; it must be from 1B to 16GiB"
        ),
        (
            "type: adsl", "type: ..",
            "p.yaml:8:68: groups.adsl.image.manifest.type is '..'; expected a name of 1 to 64 letters, digits, '.', '_' and '-' that begins with a letter, a digit or '_'"
        ),
        (
            "1: 127.0.0.1:40001", "0: 127.0.0.1:40001",
            "p.yaml:9:42: groups.adsl.cards: key '0' is not a slot; expected a number from 1 to 65535"
        ),
        (
            "1: 127.0.0.1:40001", "65536: 127.0.0.1:40001",
            "p.yaml:9:42: groups.adsl.cards: key '65536' is not a slot; expected a number from 1 to 65535"
        ),
        ("1: 127.0.0.1:40001", "02: 127.0.0.1:40001", "p.yaml:9:42: groups.adsl.cards: slot 2 stands twice"),
        (
            "1: 127.0.0.1:40001", "2: 127.0.0.1:40001",
            "p.yaml:9:42: groups.adsl.cards: key '2' stands twice; first on line 9"
        ),
        (
            "1: 127.0.0.1:40001", "1: \"[::1]:40002\"",
            "p.yaml:9:45: groups.adsl.cards.1 is [::1]:40002, the address of slot 2 too"
        ),
        ("127.0.0.1:40001", "card-1:40001", "p.yaml:9:45: groups.adsl.cards.1 is 'card-1:40001'; \(address)"),
        ("127.0.0.1:40001", "127.0.0.1", "p.yaml:9:45: groups.adsl.cards.1 is '127.0.0.1'; \(address)"),
        (
            "{address: ", "{adress: ",
            "p.yaml:9:16: groups.adsl.cards.2 lacks the key 'address'\np.yaml:9:17: groups.adsl.cards.2: key 'adress' is not known (did you mean 'address'?)"
        ),
        (
            "{2: {address: \"[::1]:40002\"}, 1: 127.0.0.1:40001}", "{}",
            "p.yaml:9:12: groups.adsl.cards is empty; expected at least one card"
        ),
    ]) func anErrorSaysWhereAndWhat(part: String, replacement: String, message: String) {
        let text = PlanSample.text.replacing(part, with: replacement, maxReplacements: 1)
        #expect(text != PlanSample.text)
        #expect(PlanSample.errors(text) == message)
    }

    @Test func severalGroupsAreReadInTheirOrder() throws {
        let vdsl = """

              vdsl:
                image: {url: "ftp://127.0.0.1:2121/vdsl.img", manifest: \(PlanSample.inlineManifest)}
                cards: {9: 127.0.0.1:40009}
                stall: drop
                after: commit
                protect: []
            """
        let plan = try PlanReader.read(PlanSample.source(PlanSample.text + vdsl), folder: "")
        #expect(plan.groups.map(\.name) == ["adsl", "vdsl"])
        #expect(plan.groups.map { $0.cards.map(\.slot) } == [[1, 2], [9]])
        #expect(plan.groups.map(\.stalls) == [.stallBudget, .drop])
        #expect(plan.groups.map(\.rollout.goal) == [.stage, .commit])
        #expect(plan.groups[1].image.url.description == "ftp://127.0.0.1:2121/vdsl.img")
    }

    @Test func aCardIsInOneGroupOnly() {
        let vdsl = """

              vdsl:
                image: {url: "ftp://127.0.0.1:2121/vdsl.img", manifest: \(PlanSample.inlineManifest)}
                cards: {2: 127.0.0.1:40009, 3: 127.0.0.1:40001}
            """
        #expect(
            PlanSample.errors(PlanSample.text + vdsl) == """
                p.yaml:12:13: groups.vdsl.cards: slot 2 is in group adsl already
                p.yaml:12:36: groups.vdsl.cards.3 is 127.0.0.1:40001, the address of slot 1 too
                """)
    }

    @Test func aPlanHasSomeGroupsAndNotTooMany() {
        #expect(PlanSample.errors("groups: {}") == "p.yaml:1:9: groups is empty; expected at least one group")
        let many = (0...64).map { "g\($0): {}" }.joined(separator: ", ")
        #expect(PlanSample.errors("groups: {\(many)}") == "p.yaml:1:9: groups has 65 groups; a plan has at most 64")
    }

    @Test func whatIsWrongInOneGroupHidesNothingOfAnother() {
        #expect(
            PlanSample.errors("groups: {a: {}, b: {cards: {}}}") == """
                p.yaml:1:13: groups.a lacks the key 'image'
                p.yaml:1:13: groups.a lacks the key 'cards'
                p.yaml:1:20: groups.b lacks the key 'image'
                p.yaml:1:28: groups.b.cards is empty; expected at least one card
                """)
    }
}
