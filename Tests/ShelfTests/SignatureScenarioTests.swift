import Foundation
import Reports
import Testing

/// Cards check who has signed an image before they erase anything, on both clocks; and nothing unsigned goes unnoticed.
@Suite struct SignatureScenarioTests {
    private func run(_ clock: String, _ signature: String, json: Bool) throws -> ProgramRun {
        try ProgramRun(
            "simulator",
            [
                "run", ProgramRun.scenario("hello-1card"), "--runs", TestFolder().path, "--progress", "quiet",
                "--clock", clock,
                "--set", "images.adsl-2.0.signature=\(signature)",
            ] + (json ? ["--json"] : []))
    }

    @Test(
        arguments: ["real", "virtual"],
        [
            ("stripped", "UNTRUSTED: the manifest has no signature"),
            ("untrusted", "and none of them is trusted here; trusted: "),
            ("altered", "the manifest was altered after it was signed"),
            ("expired", "EXPIRED: the manifest expired at 2100-01-01T00:00:00Z"),
        ]) func aCardRefusesWhatNobodyItTrustsHasSigned(clock: String, bad: (String, String)) throws
    {
        let run = try run(clock, bad.0, json: true)
        let report = try JSONDecoder().decode(RunReport.self, from: Data(run.output.utf8))
        #expect(run.exit == ProgramExit.failed.rawValue)
        #expect(report.cards.map(\.outcome) == [.failed])
        #expect(report.cards.first?.reason?.contains(bad.1) == true, "\(report.cards)")
        // Not one byte was asked for.
        #expect(report.groups.map(\.serverSessions) == [0])
        #expect(report.groups.map(\.insecure) == [bad.0 == "stripped" ? ["unsigned"] : []])
    }

    @Test(arguments: ["real", "virtual"]) func anUnsignedImageIsTakenWhereAllAreToldTo(clock: String) throws {
        let run = try run(clock, "unsigned", json: true)
        let report = try JSONDecoder().decode(RunReport.self, from: Data(run.output.utf8))
        #expect(run.exit == 0, "\(run.errors)")
        #expect(report.cards.map(\.digestIsOK) == [true])
        #expect(report.groups.map(\.insecure) == [["unsigned"]])
        let summary = try self.run(clock, "unsigned", json: false).output
        #expect(summary.contains("INSECURE    group adsl: nobody has signed its image's manifest"), "\(summary)")
    }

    @Test(arguments: ["real", "virtual"]) func aSignedImageIsTaken(clock: String) throws {
        let run = try run(clock, "valid", json: false)
        #expect(run.exit == 0, "\(run.errors)")
        #expect(!run.output.contains("INSECURE"))
    }
}
