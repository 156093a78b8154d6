import Foundation
import Glibc
import Reports
import Testing

/// What a run leaves to look at, by the built programs.
@Suite struct RunFilesTests {
    private func run(_ scenario: String, _ arguments: [String], in folder: TestFolder) throws -> ProgramRun {
        try ProgramRun(
            "simulator",
            ["run", ProgramRun.scenario(scenario), "--runs", folder.path, "--progress", "quiet"] + arguments)
    }

    private func lines(_ path: String) throws -> [[String: Any]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private func text(_ folder: TestFolder, _ name: String) throws -> String {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    /// Both clocks tell the same, in the same words.
    @Test(arguments: ["real", "virtual"]) func aRunLeavesItsEvents(clock: String) throws {
        let folder = try TestFolder()
        let run = try run("hello-1card", ["--clock", clock], in: folder)
        #expect(run.exit == 0, "\(run.errors)")
        let events = try lines("\(folder.path)/hello-1card/events.jsonl")
        #expect(events.compactMap { $0["seq"] as? Int } == Array(0..<events.count))
        #expect(events.allSatisfy { $0["v"] as? Int == 1 })
        let times = events.compactMap { ($0["t"] as? NSNumber)?.doubleValue }
        #expect(times.count == events.count && times == times.sorted())
        let told = events.filter { $0["event"] as? String != "sample" }.map { event in
            [event["event"], event["phase"] ?? event["outcome"]].compactMap { $0 as? String }.joined(separator: " ")
        }
        #expect(
            told == [
                "stream_opened", "group_started", "card_phase connecting", "card_phase preparing",
                "card_phase receiving",
                "source_opened", "source_verified", "card_phase verifying", "card_ended success", "group_ended",
            ])
        #expect(events.contains { $0["event"] as? String == "sample" })
    }

    @Test func aRunLeavesAPageAndATrace() throws {
        let folder = try TestFolder()
        let run = try run("slow-card", ["--clock", "virtual"], in: folder)
        #expect(run.exit == 0, "\(run.errors)")
        #expect(run.output.contains("  report      \(folder.path)/slow-card/report.html"))
        let page = try text(folder, "slow-card/report.html")
        #expect(page.contains("Slot 7 took ") && page.contains("It cost the others "))
        #expect(page.contains("simulator run \(ProgramRun.scenario("slow-card")) --clock virtual"))
        let trace = try JSONSerialization.jsonObject(with: Data(try text(folder, "slow-card/trace.json").utf8))
        #expect(((trace as? [String: Any])?["traceEvents"] as? [Any])?.isEmpty == false)
        // It is made again from what the run has left.
        let again = try ProgramRun("simulator", ["report", "\(folder.path)/slow-card"])
        #expect(again.exit == 0, "\(again.errors)")
        let top = try #require(page.split(separator: "<section id=\"timeline\"").first)
        #expect(try text(folder, "slow-card/report.html").hasPrefix(top))
        #expect(try ProgramRun("simulator", ["report", folder.path]).exit == ProgramExit.badInput.rawValue)
    }

    @Test func runsAreComparedAndSwept() throws {
        let folder = try TestFolder()
        for (name, mode) in [("a", "parallel"), ("b", "serial")] {
            let run = try ProgramRun(
                "simulator",
                [
                    "run", ProgramRun.scenario("hello-1card"), "--runs", "\(folder.path)/\(name)", "--clock", "virtual",
                    "--mode", mode, "--progress", "quiet",
                ])
            #expect(run.exit == 0, "\(run.errors)")
        }
        let compared = try ProgramRun(
            "simulator",
            ["compare", "\(folder.path)/a/hello-1card", "\(folder.path)/b/hello-1card", "--runs", folder.path])
        #expect(compared.exit == 0, "\(compared.errors)")
        #expect(compared.output.contains("hello-1card, serial, virtual"))
        #expect(try text(folder, "comparison.html").contains("2 runs compared"))
        let swept = try ProgramRun(
            "simulator",
            [
                "sweep", ProgramRun.scenario("hello-1card"), "--vary", "ce.memory=128KiB,512KiB", "--vary",
                "groups.adsl.count=1,3", "--runs", folder.path,
            ])
        #expect(swept.exit == 0, "\(swept.errors)")
        #expect(swept.output.contains("groups.adsl.count=3: "))
        #expect(try text(folder, "hello-1card-sweep.html").contains("groups.adsl.count=3"))
        let wrong = try ProgramRun(
            "simulator", ["sweep", ProgramRun.scenario("hello-1card"), "--vary", "ce.memory=128KiB,many"])
        #expect(wrong.exit == ProgramExit.badInput.rawValue)
        #expect(wrong.errors.contains("many"))
    }

    // MARK: ce by itself

    /// A plan whose only card is not there: what a run tells does not depend on how it ends.
    private func download(_ arguments: [String]) throws -> ProgramRun {
        try ProgramRun(
            "ce",
            [
                "download", "--url", "file:///dev/null", "--type", "adsl", "--image-version", "1", "--size", "1",
                "--sha256", String(repeating: "0", count: 64), "--card", "7=127.0.0.1:1", "--link-security", "clear",
            ] + arguments)
    }

    @Test func ceWritesEventsAndMetrics() throws {
        let folder = try TestFolder()
        let run = try download(["--events", "\(folder.path)/e", "--metrics", "\(folder.path)/m", "--progress", "quiet"])
        #expect(run.exit == ProgramExit.failed.rawValue, "\(run.errors)")
        let events = try lines("\(folder.path)/e").compactMap { $0["event"] as? String }
        #expect(events.prefix(2) == ["stream_opened", "group_started"] && events.contains("card_ended"))
        #expect(try text(folder, "m").contains(#"ce_cards{group="cards",state="failed"} 1"#))
    }

    @Test func whatCannotBeWrittenIsToldBeforeAnythingIsDone() throws {
        let events = try download(["--events", "/nowhere/events"])
        #expect(events.exit == ProgramExit.cannotWrite.rawValue)
        #expect(events.errors == "--events /nowhere/events: the file cannot be written: No such file or directory\n")
        let metrics = try download(["--metrics", "192.0.2.1:9101"])
        #expect(metrics.exit == ProgramExit.unavailable.rawValue)
        #expect(metrics.errors.hasPrefix("--metrics: cannot listen on 192.0.2.1:9101"))
    }

    // MARK: Progress

    @Test func aPipeGetsALineForEachChange() throws {
        let run = try download(["--progress", "auto"])
        #expect(run.errors.contains("slot 7: connecting"))
        #expect(run.errors.contains("slot 7: failed: "))
        #expect(!run.errors.contains("\u{1B}"))
    }

    /// In a pseudo-terminal, which script(1) makes.
    private func inTerminal(_ environment: String) throws -> String {
        let folder = try TestFolder()
        let simulator = ProgramRun.programs.appending(path: "simulator").path
        let command =
            "env \(environment) \(simulator) run \(ProgramRun.scenario("hello-1card")) --runs \(folder.path) --set images.adsl-2.0.size=4MiB"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["script", "-qec", command, "/dev/null"]
        let output = "\(folder.path)/typescript"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try String(contentsOfFile: output, encoding: .utf8)
    }

    @Test func aTerminalIsDrawnInAndLeftClean() throws {
        let screen = try inTerminal("TERM=xterm NO_COLOR=1")
        #expect(screen.contains("\u{1B}[K"))
        #expect(screen.contains("slot 1  "))
        // The summary follows what clears the lines.
        let summary = try #require(screen.firstRange(of: "hello-1card: PASSED"))
        #expect(screen[..<summary.lowerBound].hasSuffix("\u{1B}[J"))
        // No colours, and a cursor all the time.
        #expect(!screen.contains("\u{1B}[31m") && !screen.contains("\u{1B}[32m") && !screen.contains("\u{1B}[?25l"))
    }

    @Test func aDumbTerminalGetsLines() throws {
        let screen = try inTerminal("TERM=dumb")
        #expect(screen.contains("slot 1: verifying"))
        #expect(!screen.contains("\u{1B}"))
    }
}
