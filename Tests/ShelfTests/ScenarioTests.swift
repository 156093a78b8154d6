import Foundation
import Reports
import Testing

/// Whole shelves: the built programs, real processes and sockets. Each test says with its name what it is for.
@Suite struct ScenarioTests {
    private func run(_ scenario: String, _ arguments: [String] = [], in folder: TestFolder) throws -> (
        ProgramRun, RunReport?
    ) {
        let run = try ProgramRun(
            "simulator", ["run", scenario, "--runs", folder.path, "--progress", "quiet", "--json"] + arguments)
        return (run, try? JSONDecoder().decode(RunReport.self, from: Data(run.output.utf8)))
    }

    @Test(arguments: ["real", "virtual"]) func oneCardGetsItsImage(clock: String) throws {
        let folder = try TestFolder()
        let (run, report) = try run(ProgramRun.scenario("hello-1card"), ["--clock", clock], in: folder)
        #expect(run.exit == 0, "\(run.errors)")
        #expect(report?.passed == true)
        #expect(report?.cards.map(\.digestIsOK) == [true])
        #expect(report?.groups.map(\.serverSessions) == [1])
        #expect(report?.groups.map(\.serverBytes) == [1 << 20])
    }

    @Test func theSameSeedGivesTheSameTrace() throws {
        let hashes = try ["7", "7", "8"].map { seed in
            try run(
                ProgramRun.scenario("20cards"), ["--clock", "virtual", "--seed", seed], in: TestFolder()
            ).1?.traceHash
        }
        #expect(hashes[0] != nil)
        #expect(hashes[0] == hashes[1])
        #expect(hashes[0] != hashes[2])
    }

    @Test func bothClocksAgree() throws {
        // A second of flash time, so that a busy host's lateness is small against it.
        let changes = ["--set", "groups.adsl.slots=1-5", "--set", "images.adsl-2.0.size=4MiB"]
        let reports = try ["real", "virtual"].map { clock in
            try run(ProgramRun.scenario("20cards"), ["--clock", clock] + changes, in: TestFolder()).1
        }
        let real = try #require(reports[0])
        let virtual = try #require(reports[1])
        #expect(real.passed || real.failures.allSatisfy { !$0.contains("slot") }, "\(real.failures)")
        #expect(real.lowerBoundSeconds == virtual.lowerBoundSeconds)
        #expect(real.groups[0].serverBytes == virtual.groups[0].serverBytes)
        #expect(real.elapsedSeconds > virtual.lowerBoundSeconds)
        #expect(virtual.elapsedSeconds < 1.02 * virtual.lowerBoundSeconds)
        #expect(real.cards.map(\.outcome) == virtual.cards.map(\.outcome))
    }

    @Test(arguments: [DownloadMode.serial, .serialPipelined]) func aBaselineOfOneCardTimesTheirNumberIsTheWhole(
        mode: DownloadMode
    ) throws {
        let (_, report) = try run(
            ProgramRun.scenario("20cards"),
            ["--clock", "virtual", "--mode", mode.rawValue, "--set", "groups.adsl.slots=1-6"], in: TestFolder())
        let whole = try #require(report)
        let single = try #require(mode == .serial ? whole.serialSeconds : whole.serialPipelinedSeconds)
        #expect(whole.cards.count == 6)
        #expect(abs(whole.elapsedSeconds - single) < 0.005 * single)
    }

    @Test func aServerThatNoOneHereWroteServesARealProgram() throws {
        let (run, report) = try run(
            ProgramRun.scenario("20cards-vsftpd"),
            ["--set", "groups.adsl.slots=1-4", "--set", "kinds.adsl.flash.scale=0.01"], in: TestFolder())
        #expect(run.exit == 0, "\(run.errors)")
        #expect(report?.groups.map(\.serverSessions) == [1])
        #expect(report?.groups.map(\.serverCountedBy) == ["server"])
        #expect(report?.cards.map(\.digestIsOK) == [true, true, true, true])
    }

    /// Cards become the program that they were sent, and return from one that does not start.
    @Test func whatWasDownloadedIsWhatAnswers() throws {
        let (run, report) = try run(
            ProgramRun.scenario("boots-what-it-downloaded"),
            ["--set", "groups.adsl.slots=1-3", "--set", "kinds.adsl.flash.scale=0"], in: TestFolder())
        #expect(run.exit == 0, "\(run.errors)")
        #expect(report?.cards.map(\.softwareVersion) == ["2.0.0", "2.0.0", "2.0.0"])
        #expect(report?.cards.map(\.state) == [.committed, .committed, .committed])
    }

    /// Real cards die in the middle of a flash operation, come back, and get the rest.
    @Test func cardsThatAreKilledComeBackAndGoOn() throws {
        let run = try ProgramRun(
            "simulator", ["power-cut", "--cases", "1", "--depth", "1", "--kills", "20", "--runs", TestFolder().path])
        #expect(run.exit == 0, "\(run.output)\(run.errors)")
        #expect(run.output.hasSuffix(" cut cases, 20 process kills, 0 failures\n"), "\(run.output)")
    }

    /// A slow card on real processes: detached, and served by the others.
    @Test func aSlowCardIsServedByTheOthers() throws {
        let (run, report) = try run(
            ProgramRun.scenario("slow-card"),
            ["--set", "groups.adsl.slots=1-8", "--set", "images.adsl-2.0.0.size=2MiB"], in: TestFolder())
        #expect(run.exit == 0, "\(run.errors)")
        #expect(report?.cards.filter(\.isDetached).map(\.slot) == [7])
        #expect(report?.cards.first { $0.slot == 7 }?.source == "server+donor")
        #expect(report?.groups.map(\.serverBytes) == [2 << 20])
        #expect(report?.groups.map(\.serverSessions) == [1])
    }

    /// Three kinds of cards get three images at once, and the server has counted each.
    @Test(arguments: ["real", "virtual"]) func threeGroupsGetTheirImages(clock: String) throws {
        let changes = [
            "groups.adsl.slots=1-3", "groups.gpon.slots=21-23", "groups.voip.slots=41-43", "expect.metrics=[]",
        ]
        let folder = try TestFolder()
        let (run, report) = try run(
            ProgramRun.scenario("mixed-shelf"), ["--clock", clock] + changes.flatMap { ["--set", $0] }, in: folder)
        #expect(run.exit == 0, "\(run.errors)")
        let groups = try #require(report?.groups)
        #expect(groups.map(\.name) == ["adsl", "gpon", "voip"])
        #expect(groups.map(\.serverSessions) == [1, 1, 1])
        #expect(groups.map(\.serverCountedBy) == ["server", "server", "server"])
        #expect(groups.map(\.serverBytes) == groups.map(\.imageBytes))
        #expect(Set(groups.map(\.imageBytes)).count == 3)
        #expect(report?.cards.map(\.slot) == [1, 2, 3, 21, 22, 23, 41, 42, 43])
        #expect(report?.cards.allSatisfy(\.digestIsOK) == true)
        #expect(groups.allSatisfy { ($0.lowerBoundSeconds ?? 0) > 0 && ($0.efficiency ?? 2) <= 1 })
        let elapsed = try #require(groups.map(\.elapsedSeconds).max())
        #expect(report?.elapsedSeconds == elapsed)
        let ce = try #require(report?.ce)
        #expect(ce.poolPeakBytes <= ce.poolBudgetBytes)
        #expect(ce.kernelSendBytesLimit == (clock == "real" ? 9 * 256 << 10 : 0))
    }

    @Test func aPasswordReachesTheServerAndNothingElse() throws {
        let folder = try TestFolder()
        let (run, report) = try run(
            ProgramRun.scenario("hello-1card"),
            ["--set", "server.user=shelf", "--set", "server.password=tUrnip99"], in: folder)
        #expect(report?.passed == true, "\(run.errors)")
        for name in ["plan.yaml", "report.json", "cards.log", "ce.json"] {
            let text = try String(contentsOfFile: "\(folder.path)/hello-1card/\(name)", encoding: .utf8)
            #expect(!text.contains("tUrnip99"), "\(name)")
        }
    }
}
