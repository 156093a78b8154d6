import Plans
import Reports
import Runtime
import Settings
import SoftwareImage
import Testing

@Suite struct PlanOptionsTests {
    private static func whole() -> PlanOptions {
        var options = PlanOptions()
        options.memory = "1MiB"
        options.blocks = "4"
        options.mode = "serial"
        options.timeout = "2min"
        options.linkSecurity = "clear"
        options.url = "ftp://127.0.0.1:2121/adsl.img"
        options.type = "adsl"
        options.version = "2.0.0"
        options.size = "16MiB"
        options.sha256 = PlanSample.hash
        options.cards = ["2=[::1]:40002", "1=127.0.0.1:40001"]
        return options
    }

    private static func errors(_ path: String?, _ options: PlanOptions) -> String {
        do throws(SettingsError) {
            _ = try PlanReader.read(contentsOf: path, options: options)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func optionsAloneMakeAPlan() throws {
        let plan = try PlanReader.read(contentsOf: nil, options: Self.whole())
        #expect(plan.pool.blockBytes == 262_144)
        #expect(plan.mode == .serial)
        #expect(plan.timeout == .seconds(120))
        #expect(plan.groups[0].name == PlanOptions.defaultGroup)
        #expect(plan.groups[0].image.manifest == PlanSample.manifest)
        #expect(plan.groups[0].cards.map(\.slot) == [1, 2])
    }

    @Test func optionsOverrideAPlan() throws {
        let folder = TemporaryFolder()
        let manifest = folder.write(
            ManifestWriter.text(of: PlanSample.manifest).replacing("2.0.0", with: "3.0"), to: "m.yaml")
        let file = folder.write(PlanSample.clear(PlanSample.text), to: "plan.yaml")
        var options = PlanOptions()
        options.mode = "parallel"
        options.manifest = manifest
        options.user = "u"
        options.passwordFile = "secret"
        options.cards = ["1=127.0.0.1:50001", "3=127.0.0.1:50003"]
        options.set = ["memory=2MiB"]
        let plan = try PlanReader.read(contentsOf: file, options: options)
        #expect(plan.mode == .parallel)
        #expect(plan.pool.budgetBytes == 2 << 20)
        #expect(plan.groups[0].name == "adsl")
        #expect(plan.groups[0].image.manifest.version == "3.0")
        // From the working folder: the plan's folder is not where the option was typed.
        #expect(plan.groups[0].image.passwordFile == "secret")
        #expect(plan.groups[0].cards.map(\.endpoint.port) == [50001, 40002, 50003])
    }

    private static let twoGroups =
        PlanSample.text + """

              vdsl:
                image: {url: "ftp://127.0.0.1:2121/vdsl.img", manifest: \(PlanSample.inlineManifest)}
                cards: {9: 127.0.0.1:40009}
            """

    @Test func oneGroupOfSeveralIsChosenAndChanged() throws {
        let folder = TemporaryFolder()
        let file = folder.write(PlanSample.clear(Self.twoGroups), to: "plan.yaml")
        var options = PlanOptions()
        #expect(try PlanReader.read(contentsOf: file, options: options).groups.count == 2)
        options.group = "vdsl"
        options.url = "ftp://127.0.0.1:2121/other.img"
        options.cards = ["10=127.0.0.1:40010"]
        let plan = try PlanReader.read(contentsOf: file, options: options)
        #expect(plan.groups.map(\.name) == ["vdsl"])
        #expect(plan.groups[0].image.url.description == "ftp://127.0.0.1:2121/other.img")
        #expect(plan.groups[0].cards.map(\.slot) == [9, 10])
    }

    @Test func whatMayBeMeantForAnyOfSeveralGroupsIsRefused() {
        let folder = TemporaryFolder()
        let file = folder.write(PlanSample.clear(Self.twoGroups), to: "plan.yaml")
        var options = PlanOptions()
        options.user = "joe"
        #expect(
            Self.errors(file, options)
                == "--user: belongs to one group, and the plan has several: say which by --group (adsl, vdsl)")
        options.user = nil
        options.cards = ["10=127.0.0.1:40010"]
        #expect(Self.errors(file, options).hasPrefix("--card: belongs to one group"))
        options.group = "vdls"
        #expect(
            Self.errors(file, options)
                == "--group vdls: the plan has no such group; it has adsl, vdsl (did you mean 'vdsl'?)")
    }

    @Test func anErrorNamesTheOption() {
        var options = Self.whole()
        options.memory = "1MB!"
        options.mode = "paralel"
        options.sha256 = "abc"
        options.cards = ["2=nowhere"]
        #expect(
            Self.errors(nil, options) == """
                --memory 1MB!: memory is '1MB!'; expected a size such as 64KiB, 16MiB, 10MB or 512B (did you mean '1MB'?)
                --mode paralel: mode is 'paralel'; expected one of parallel, serial, serial-pipelined (did you mean 'parallel'?)
                --sha256 abc: groups.cards.image.manifest.sha256 is 'abc', with 3 characters; expected 64 hexadecimal digits
                --card 2=nowhere: groups.cards.cards.2 is 'nowhere'; expected a numeric address and a port, such as 127.0.0.1:40001 or [::1]:40001
                """)
    }

    @Test func aPasswordInAURLIsNotRepeated() {
        var options = Self.whole()
        options.url = "ftp://name:se@cret@host/x"
        options.set = ["groups.cards.image.url=ftp://name:secret@host/x"]
        let message =
            "has a user or a password in it; use user and password_file, or the environment variable CE_PASSWORD"
        #expect(
            Self.errors(nil, options)
                == "--set groups.cards.image.url=ftp://…@host/x: groups.cards.image.url \(message)")
        options.set = []
        #expect(Self.errors(nil, options) == "--url ftp://…@host/x: groups.cards.image.url \(message)")
    }

    @Test func whatIsNoCardOrNoSettingIsRefused() {
        var options = Self.whole()
        options.cards = ["127.0.0.1:1", "=127.0.0.1:1"]
        options.set = ["x"]
        #expect(
            Self.errors(nil, options) == """
                --card 127.0.0.1:1: expected SLOT=ADDRESS:PORT, such as 7=127.0.0.1:40007
                --card =127.0.0.1:1: expected SLOT=ADDRESS:PORT, such as 7=127.0.0.1:40007
                --set x: expected PATH=VALUE, such as ce.memory=1MiB
                """)
    }

    @Test func withoutAnythingThePlanIsMissing() {
        #expect(
            Self.errors(nil, PlanOptions()) == """
                command line: says nothing of the links to the cards; give credentials, or say link_security: clear where nobody else reaches them
                command line: the key 'groups' is missing
                """)
    }
}
