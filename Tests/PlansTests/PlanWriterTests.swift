import Plans
import Reports
import Runtime
import Settings
import SoftwareImage
import Testing

@Suite struct PlanWriterTests {
    static func plan(_ change: (inout DownloadPlan) -> Void = { _ in }) throws -> DownloadPlan {
        var plan = DownloadPlan(
            pool: try PoolSettings(PoolSettings.Request(memory: .kibibytes(500), blockCount: 3)), mode: .serial,
            timeout: .milliseconds(1500), security: .clear,
            groups: [
                PlannedGroup(
                    name: "adsl-2.0",
                    image: PlannedImage(
                        url: try ServerURL("ftp://127.0.0.1:2121/a%20b.img"), manifest: PlanSample.manifest,
                        user: "name: \"#\\\u{e9}\u{1F600}", passwordFile: "/folder/a 'file'", patienceSeconds: 3,
                        attempts: 0),
                    cards: [
                        PlannedCard(slot: 1, endpoint: Endpoint(host: "127.0.0.1", port: 1)),
                        PlannedCard(slot: 65535, endpoint: Endpoint(host: "::1", port: 65535)),
                    ])
            ])
        change(&plan)
        return plan
    }

    @Test func whatIsWrittenReadsBack() throws {
        for mode in DownloadMode.allCases {
            let plan = try Self.plan {
                $0.mode = mode
                $0.insecureUnsigned = mode == .serial
            }
            #expect(try PlanReader.read(PlanSample.source(PlanWriter.text(of: plan)), folder: "/other/") == plan)
        }
        let bare = try Self.plan {
            $0.timeout = nil
            $0.groups[0].image.patienceSeconds = nil
            $0.groups[0].image.attempts = nil
            $0.groups[0].image.user = nil
            $0.groups[0].image.passwordFile = nil
        }
        #expect(try PlanReader.read(PlanSample.source(PlanWriter.text(of: bare)), folder: "") == bare)
    }

    @Test func secureLinksReadBack() throws {
        let plan = try Self.plan {
            $0.security = .tls(CredentialFiles(certificate: "/c e.pem", key: "/k", authority: "/a"))
            $0.groups[0].cards[0].serialNumber = "SIM \"1\""
        }
        #expect(try PlanReader.read(PlanSample.source(PlanWriter.text(of: plan)), folder: "/other/") == plan)
    }

    @Test func severalGroupsReadBack() throws {
        let plan = try Self.plan {
            var other = $0.groups[0]
            other.name = "vdsl"
            other.stalls = .drop
            other.cards = [PlannedCard(slot: 2, endpoint: Endpoint(host: "127.0.0.1", port: 2))]
            $0.groups.append(other)
        }
        #expect(try PlanReader.read(PlanSample.source(PlanWriter.text(of: plan)), folder: "/other/") == plan)
    }

    @Test func theManifestMayBeAFileOfItsOwn() throws {
        let folder = TemporaryFolder()
        folder.write(ManifestWriter.text(of: PlanSample.manifest), to: "the manifest.yaml")
        let plan = try Self.plan()
        let file = folder.write(
            PlanWriter.text(of: plan, manifestPaths: ["adsl-2.0": "the manifest.yaml"]), to: "plan.yaml")
        #expect(try PlanReader.read(contentsOf: file) == plan)
    }
}
