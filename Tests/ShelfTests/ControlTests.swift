import Foundation
import Glibc
import Reports
import Testing

/// A running `ce` and its operators, as programs.
@Suite struct ControlTests {
    /// A shelf whose download takes some seconds, and a `ce` on it; `body` gets the control socket.
    private func whileDownloading(_ body: (String) throws -> Void) throws -> ProgramRun {
        let folder = try TestFolder()
        let scenario = try folder.write(
            """
            name: up
            images: {a: {size: 2MiB, version: 1}}
            kinds: {k: {image: a, flash: {profile: spi-nor, scale: 0.4}}}
            groups: {g: {kind: k, slots: 1-2}, h: {kind: k, slots: 3}}
            """, to: "up.yaml")
        let socket = "\(folder.path)/control/ce.sock"
        var download: ProgramRun?
        _ = try ProgramRun("simulator", ["up", scenario, "--runs", folder.path, "--keep-flash"]) { shelf in
            defer { shelf.terminate() }
            while !FileManager.default.fileExists(atPath: "\(folder.path)/up/plan.yaml") {
                guard shelf.isRunning else {
                    Issue.record("the shelf has ended")
                    return
                }
                usleep(10_000)
            }
            download = try ProgramRun(
                "ce", ["download", "\(folder.path)/up/plan.yaml", "--progress", "quiet", "--json", "--control", socket]
            ) { ce in
                while try ProgramRun("ce", ["status", "--control", socket]).exit != 0 {
                    guard ce.isRunning else {
                        Issue.record("ce has ended")
                        return
                    }
                }
                try body(socket)
            }
        }
        return try #require(download)
    }

    @Test func itIsAskedAndChangedWhileItRuns() throws {
        let download = try whileDownloading { socket in
            let text = try ProgramRun("ce", ["status", "--control", socket])
            #expect(text.output.contains("group g: version 1, "))
            #expect(text.output.contains("group h: version 1, "))
            let json = try ProgramRun("ce", ["status", "--json", "--control", socket])
            let status = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect((status["cards"] as? [Any])?.count == 3)
            #expect((status["memory"] as? [String: Int])?["budget_bytes"] == 512 << 10)

            let more = try ProgramRun("ce", ["set", "memory", "1MiB", "--control", socket])
            #expect(more.output == "memory: 1MiB, before 512KiB\n")
            let rate = try ProgramRun("ce", ["set", "limits.server", "80Mbit", "--control", socket])
            #expect(rate.output == "limits.server: 80Mbit, before none\n")
            let less = try ProgramRun("ce", ["set", "memory", "128KiB", "--control", socket])
            #expect(less.exit == ProgramExit.failed.rawValue)
            #expect(
                less.errors
                    == "128 KiB are too few: the groups that run need at least 256 KiB, two blocks each\n")
            let typo = try ProgramRun("ce", ["set", "memroy", "1MiB", "--control", socket])
            #expect(typo.errors.hasSuffix("(did you mean memory?)\n"), "\(typo.errors)")
        }
        #expect(download.exit == 0, "\(download.errors)")
        let report = try JSONDecoder().decode(DownloadReport.self, from: Data(download.output.utf8))
        #expect(report.ce.poolBudgetBytes == 1 << 20)
        #expect(report.ce.heartbeatMaximumSeconds >= report.ce.heartbeatP99Seconds)
        #expect(report.ce.heartbeatP99Seconds > 0)
    }

    @Test func whereNoCERunsThatIsSaid() throws {
        let run = try ProgramRun("ce", ["set", "memory", "1MiB"])
        #expect(run.exit == ProgramExit.unavailable.rawValue)
        #expect(run.errors.hasPrefix("no ce runs here (control socket "), "\(run.errors)")
    }

    @Test func aSecondCEIsRefused() throws {
        let folder = try TestFolder()
        let socket = "\(folder.path)/control/ce.sock"
        let options = [
            "download", "--url", "file:///dev/null", "--type", "t", "--image-version", "1", "--size", "1", "--sha256",
            String(repeating: "0", count: 64), "--card", "1=127.0.0.1:1", "--link-security", "clear", "--progress",
            "quiet", "--control", socket,
        ]
        // Another program holds the place as a ce does.
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/control", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let lock = open("\(socket).lock", O_RDWR | O_CREAT, 0o600)
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let refused = try ProgramRun("ce", options)
        #expect(refused.exit == ProgramExit.unavailable.rawValue)
        #expect(refused.errors.hasPrefix("another ce runs here (control socket "), "\(refused.errors)")
        close(lock)
        #expect(try ProgramRun("ce", options).exit == ProgramExit.failed.rawValue)
    }
}
