import Plans
import Reports
import Runs
import Runtime
import Settings
import ShelfModel
import SoftwareImage

extension Workshop {
    /// Both senders' pool: 8 blocks of 64 KiB, as design and default have it.
    private static let blockCount = 8
    private static let blockBytes: UInt64 = 64 << 10

    /// Runs `ce` from a plan, as the simulator does.
    ///
    /// - Parameter watchesMemory: also look at its anonymous memory from outside: `ce` itself looks ten times a second, and a
    ///   download of 16 MiB to sink cards has ended by then.
    func runCE(
        _ image: RemoteImage, cardsFile: String, watchesMemory: Bool = false
    ) async throws -> DownloadReport {
        let plan = freshPath("plan.yaml")
        try OutputFile.write(plan) { (file) throws(ShelfError) in
            try file.append(planText(image, cards: cards(in: cardsFile)))
        }
        var anonymousBytes = 0
        func look(at process: Int32) {
            let bytes = TextFile.memoryField("RssAnon", in: "/proc/\(process)/status") ?? 0
            anonymousBytes = max(anonymousBytes, bytes)
        }
        let program = try await run(
            programs.ce, ["download", plan, "--json", "--progress", "quiet"], watch: watchesMemory ? look : nil)
        var report = try report(DownloadReport.self, of: program, named: "ce")
        report.ce.maximumAnonymousBytes = max(report.ce.maximumAnonymousBytes, anonymousBytes)
        return report
    }

    private func cards(in file: String) -> [PlannedCard] {
        (TextFile.read(file) ?? "").split(separator: "\n").enumerated().map { index, line in
            guard let endpoint = Endpoint(String(line)) else { preconditionFailure("sink-cards printed \(line)") }
            return PlannedCard(slot: UInt16(index + 1), endpoint: endpoint)
        }
    }

    private func planText(_ image: RemoteImage, cards: [PlannedCard]) -> String {
        guard let url = try? ServerURL(image.url),
            let pool = try? PoolSettings(
                PoolSettings.Request(
                    memory: ByteCount(UInt64(Self.blockCount) * Self.blockBytes), block: ByteCount(Self.blockBytes),
                    blockCount: Self.blockCount))
        else { preconditionFailure("the benchmark's own plan is wrong") }
        let manifest = Manifest(cardType: "sink", version: "1", imageBytes: image.byteCount, digest: image.digest)
        let group = PlannedGroup(name: "sinks", image: PlannedImage(url: url, manifest: manifest), cards: cards)
        // A sink checks no signature.
        return PlanWriter.text(
            of: DownloadPlan(
                pool: pool, mode: .parallel, timeout: nil, security: .clear, groups: [group], insecureUnsigned: true))
    }

    /// Runs `plain-sender` with the same pool.
    func runPlainSender(_ image: RemoteImage, cardsFile: String) async throws -> PlainSenderReport {
        let program = try await run(
            self.program("plain-sender"),
            [
                "--url", image.url, "--image-bytes", "\(image.byteCount)", "--sha256", image.digest.description,
                "--cards-file", cardsFile, "--blocks", "\(Self.blockCount)", "--block-bytes", "\(Self.blockBytes)",
            ])
        return try report(PlainSenderReport.self, of: program, named: "plain-sender")
    }
}

/// The line that `plain-sender` prints.
struct PlainSenderReport: Decodable {
    var elapsedSeconds: Double
    var cpuSeconds: Double

    enum CodingKeys: String, CodingKey {
        case elapsedSeconds = "elapsed_s"
        case cpuSeconds = "cpu_s"
    }
}
