import Control
import Glibc
import Reports
import Runtime
import Shelves

/// Whether the CE has time for others while it downloads: it is also the box's controller.
struct ResponsivenessBenchmark: Benchmark {
    let name = "responsiveness"
    let intent = """
        `ce` sends 1 GiB to 20 sink cards from vsftpd as fast as it can, and is asked for its status over its control socket every 10 ms meanwhile. \
        The lateness of its own heartbeat of 10 ms, from its report; and the time from a question to its answer, as the one who asks sees it. Cards and \
        server, which stand for other hardware, run at a lower priority (nice 10).
        """
    let defaultRounds = 5

    private static let imageBytes: UInt64 = 1 << 30
    private static let cardCount = 20

    /// What was seen in one round.
    private struct Round {
        var ce: ResourceReport
        var answers: LatenessHistogram
        var gigabytesPerSecond: Double
    }

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        let seen = try await workshop.withServer(imageBytes: [Self.imageBytes], niceness: 10) { images in
            try await workshop.withSinkCards(count: Self.cardCount, niceness: 10) { cards in
                var seen: [Round] = []
                for number in 1...rounds {
                    let (report, answers) = try await workshop.runAskedCE(images[0], cardsFile: cards)
                    let bytes = Double(Self.imageBytes) * Double(Self.cardCount)
                    let round = Round(
                        ce: report.ce, answers: answers, gigabytesPerSecond: bytes * 1e-9 / report.elapsedSeconds)
                    workshop.say("round \(number) of \(rounds): \(text(round))")
                    seen.append(round)
                }
                return seen
            }
        }
        var section = Section()
        section.add(
            "The heartbeat",
            [
                Figure("late, 99 of 100 beats", .milliseconds, seen.map(\.ce.heartbeatP99Seconds), .atMost(0.005)),
                Figure("late, half of the beats", .milliseconds, seen.map(\.ce.heartbeatP50Seconds)),
                Figure("late, the latest beat", .milliseconds, seen.map(\.ce.heartbeatMaximumSeconds)),
            ])
        section.add(
            "The control socket",
            [
                Figure("answers", .count, seen.map { Double($0.answers.count) }, .atLeast(50)),
                Figure(
                    "99 of 100 answers", .milliseconds, seen.map { $0.answers.quantile(0.99).seconds }, .atMost(0.05)),
                Figure("half of the answers", .milliseconds, seen.map { $0.answers.quantile(0.5).seconds }),
                Figure("the latest answer", .milliseconds, seen.map(\.answers.maximum.seconds)),
            ])
        section.add("The download", [Figure("GB a second", .gigabytesPerSecond, seen.map(\.gigabytesPerSecond))])
        return section
    }

    private func text(_ round: Round) -> String {
        func milliseconds(_ seconds: Double) -> String { "\(ReportText.fixed(seconds * 1000, 1)) ms" }
        return "heartbeat \(milliseconds(round.ce.heartbeatP99Seconds)) late at 99 %, "
            + "\(round.answers.count) answers, \(milliseconds(round.answers.quantile(0.99).seconds)) at 99 %, "
            + "\(ReportText.fixed(round.gigabytesPerSecond, 2)) GB/s"
    }
}

extension Workshop {
    private static let askPeriod: Duration = .milliseconds(10)

    /// Runs `ce`, and asks for its status again and again.
    ///
    /// - Returns: what it printed, and how long the answers took.
    func runAskedCE(
        _ image: RemoteImage, cardsFile: String
    ) async throws -> (report: DownloadReport, answers: LatenessHistogram) {
        let folder = try makeFolder("control")
        chmod(folder, 0o700)
        let socket = "\(folder)/ce.sock"
        let client = ControlClient(path: socket)
        let answers = LoopBound(LatenessHistogram(), on: loop)
        let loop = loop
        async let _: Void = {
            while true {
                try await loop.sleep(for: Self.askPeriod)
                // Before it listens, and after its end.
                guard access(socket, F_OK) == 0 else { continue }
                let start = loop.now
                guard case .status? = try? await client.ask(.status, on: loop) else { continue }
                answers.value.add(start.duration(to: loop.now))
            }
        }()
        let report = try await runCE(image, cardsFile: cardsFile, control: socket)
        return (report, answers.value)
    }
}
