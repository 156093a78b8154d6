import Reports
import Runs
import Scenarios
import Settings

/// Runs scenarios on the virtual clock, as `simulator run --clock virtual` does.
enum VirtualRunner {
    static let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/scenarios/"

    static func run(_ scenario: Scenario) throws -> RunReport {
        let request = RunRequest(
            scenario: scenario, mode: .parallel, clock: .virtual, runs: "", progress: "quiet", keepsFlash: false,
            command: "")
        // No scenario here has the built programs as its images.
        return try VirtualScenario(request, programs: Programs(folder: "")).run()
    }

    static func run(_ text: String, seed: UInt64 = 1) throws -> RunReport {
        var scenario = try ScenarioReader.read(SourceText(file: "s.yaml", bytes: Array(text.utf8)))
        scenario.seed = seed
        return try run(scenario)
    }

    /// Four small cards.
    static let shelf = """
        name: n
        timeout: 60s
        server: {link: {rate: 100Mbit, latency: 1ms}}
        images: {i: {size: 512KiB, version: 2.0.0}}
        ce: {memory: 256KiB, block: 64KiB}
        kinds: {k: {image: i, flash: {scale: 0.2, size: 1MiB}, link: {rate: 1Gbit}}}

        """
}
