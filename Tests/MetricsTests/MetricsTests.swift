import Events
import Foundation
import Metrics
import Reports
import Runtime
import Testing

@Suite struct MetricsTests {
    private static func metrics(group: String = "adsl") -> DownloadMetrics {
        var metrics = DownloadMetrics(version: "0.1.0")
        func note(_ kind: EventKind) { metrics.note(RunEvent(seconds: 1, kind)) }
        note(
            .groupStarted(
                GroupOpening(
                    name: group, version: "2.0.0", imageBytes: 1 << 24, slots: [2, 1], blockBytes: 1 << 16,
                    budgetBytes: 1 << 19)))
        note(.sourceOpened(group: group))
        note(.sourceInterrupted(group: group, reason: "426"))
        for slot in 1...2 { note(.cardPhase(slot: slot, phase: "receiving")) }
        note(
            .sample(
                GroupSample(
                    group: group, serverBytes: 4096, poolBytes: 65_536, budgetBytes: 262_144, depth: 2,
                    fullSeconds: 0.25, holders: [],
                    cards: [
                        CardSample(slot: 1, flashBytes: 2048, serverWaitSeconds: 0.5, cardWaitSeconds: 0.125),
                        CardSample(slot: 2, flashBytes: 1024, donorBytes: 512),
                    ])))
        note(.cardDetached(slot: 2, costSeconds: 0.1, allowedSeconds: 0.02))
        note(.cardPhase(slot: 2, phase: "lost"))
        note(.cardEnded(slot: 1, outcome: .success, reason: nil))
        metrics.residentBytes = 1 << 20
        metrics.processorSeconds = 0.5
        return metrics
    }

    @Test func theFiguresAreThoseOfTheEvents() {
        let lines = Self.metrics().text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        #expect(
            lines == [
                #"ce_info{version="0.1.0"} 1"#, #"ce_server_bytes_total{group="adsl"} 4096"#,
                #"ce_server_transfers_total{group="adsl"} 2"#, #"ce_server_interruptions_total{group="adsl"} 1"#,
                #"ce_pool_used_bytes{group="adsl"} 65536"#, #"ce_pool_budget_bytes{group="adsl"} 262144"#,
                #"ce_pool_depth{group="adsl"} 2"#, #"ce_pool_full_seconds_total{group="adsl"} 0.25"#,
                #"ce_cards{group="adsl",state="lost"} 1"#, #"ce_cards{group="adsl",state="success"} 1"#,
                #"ce_card_flash_bytes{group="adsl",slot="1"} 2048"#,
                #"ce_card_flash_bytes{group="adsl",slot="2"} 1024"#,
                #"ce_card_donor_bytes_total{group="adsl",slot="1"} 0"#,
                #"ce_card_donor_bytes_total{group="adsl",slot="2"} 512"#,
                #"ce_card_wait_seconds_total{group="adsl",slot="1",for="server"} 0.5"#,
                #"ce_card_wait_seconds_total{group="adsl",slot="1",for="pool"} 0"#,
                #"ce_card_wait_seconds_total{group="adsl",slot="1",for="card"} 0.125"#,
                #"ce_card_wait_seconds_total{group="adsl",slot="2",for="server"} 0"#,
                #"ce_card_wait_seconds_total{group="adsl",slot="2",for="pool"} 0"#,
                #"ce_card_wait_seconds_total{group="adsl",slot="2",for="card"} 0"#,
                #"ce_card_detachments_total{group="adsl",slot="1"} 0"#,
                #"ce_card_detachments_total{group="adsl",slot="2"} 1"#,
                #"ce_card_losses_total{group="adsl",slot="1"} 0"#, #"ce_card_losses_total{group="adsl",slot="2"} 1"#,
                "process_resident_memory_bytes 1048576", "process_cpu_seconds_total 0.5",
            ])
    }

    /// `promtool`, which `make setup-tests` installs, accepts the text, also where a name would break it.
    @Test(arguments: ["adsl", "a\"b\\c\nd"]) func prometheusAcceptsThem(group: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "metrics-\(UUID().uuidString)")
        try Data(Self.metrics(group: group).text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["promtool", "check", "metrics"]
        process.standardInput = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
        #expect(said == "")
    }

    // MARK: Over HTTP

    private func ask(_ request: String) throws -> String {
        let loop = VirtualTimeLoop(seed: 1)
        return try loop.run { () async -> Result<String, any Error> in
            do {
                let network = VirtualNetwork(loop: loop)
                let server = try MetricsServer(on: .loopback(), network: network, loop: loop) { "figures 1\n" }
                return try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { await server.run() }
                    let connection = try await network.connect(to: server.endpoint, options: SocketOptions())
                    try await connection.writeAll(Array(request.utf8))
                    var answer: [UInt8] = []
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 1)
                    defer { buffer.deallocate() }
                    while let count = try await connection.readSome(into: buffer) { answer += buffer[..<count] }
                    connection.close()
                    tasks.cancelAll()
                    return .success(String(decoding: answer, as: UTF8.self))
                }
            } catch {
                return .failure(error)
            }
        }.get()
    }

    @Test(arguments: [
        ("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "200 OK", "figures 1\n"),
        ("GET / HTTP/1.0\r\n\r\n", "200 OK", "figures 1\n"),
        ("GET /secret HTTP/1.1\r\n\r\n", "404 Not Found", "see /metrics\n"),
        ("POST /metrics HTTP/1.1\r\n\r\n", "405 Method Not Allowed", "only GET\n"),
    ]) func aScraperGetsThem(request: String, status: String, body: String) throws {
        let answer = try ask(request)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n\(body)"))
        #expect(answer.contains("Content-Length: \(body.utf8.count)\r\n"))
    }

    /// Whoever sends more than a request, or nothing, is let go.
    @Test(arguments: [String(repeating: "x", count: 20_000), "GET /met"]) func whoAsksForNothingGetsNothing(
        request: String
    ) throws {
        #expect(try ask(request) == "")
    }
}
