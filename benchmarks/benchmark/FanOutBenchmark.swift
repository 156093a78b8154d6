import Reports

/// What tasks, actors and data-race safety cost: `ce` beside the same job in plain C.
struct FanOutBenchmark: Benchmark {
    let name = "fan-out"
    let intent = """
        `ce` beside `plain-sender`, the same job in plain C on epoll without tasks: both fetch the image from one vsftpd, hash it, \
        and send it from 8 blocks of 64 KiB to the same process of sink cards, in turns, the first one changing from round to round. \
        CPU is each program's own user and system time, its start included.
        """
    let defaultRounds = 7

    /// So many cards, so large an image.
    private struct Case {
        let cards: Int
        let imageBytes: UInt64

        var title: String { "\(cards) cards, \(ReportText.bytes(imageBytes))" }
        /// Delivered, each card's copy counted.
        var gigabytes: Double { Double(cards) * Double(imageBytes) * 1e-9 }
    }

    private static let cases = [Case(cards: 20, imageBytes: 1 << 30), Case(cards: 200, imageBytes: 256 << 20)]

    /// What a sender cost in one round.
    private struct Cost {
        let cpuSecondsPerGB: Double
        let gigabytesPerSecond: Double

        init(cpuSeconds: Double, elapsedSeconds: Double, gigabytes: Double) {
            cpuSecondsPerGB = cpuSeconds / gigabytes
            gigabytesPerSecond = gigabytes / elapsedSeconds
        }
    }

    private struct Pair {
        var ce: Cost
        var plain: Cost
        var ratio: Double { ce.cpuSecondsPerGB / plain.cpuSecondsPerGB }
    }

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        var section = Section()
        for item in Self.cases {
            let pairs = try await workshop.withServer(imageBytes: [item.imageBytes]) { images in
                try await workshop.withSinkCards(count: item.cards) { cards in
                    try await self.pairs(item, rounds: rounds, image: images[0], cardsFile: cards, in: workshop)
                }
            }
            section.add(item.title, figures(pairs))
            section.add(Section.Table(title: "\(item.title), by round", heading: Self.heading, rows: rows(pairs)))
        }
        return section
    }

    private func pairs(
        _ item: Case, rounds: Int, image: RemoteImage, cardsFile: String, in workshop: Workshop
    ) async throws -> [Pair] {
        func ce() async throws -> Cost {
            let report = try await workshop.runCE(image, cardsFile: cardsFile)
            return Cost(
                cpuSeconds: report.ce.cpuSeconds, elapsedSeconds: report.elapsedSeconds, gigabytes: item.gigabytes)
        }
        func plain() async throws -> Cost {
            let report = try await workshop.runPlainSender(image, cardsFile: cardsFile)
            return Cost(
                cpuSeconds: report.cpuSeconds, elapsedSeconds: report.elapsedSeconds, gigabytes: item.gigabytes)
        }
        var pairs: [Pair] = []
        for round in 1...rounds {
            let pair: Pair
            if round.isMultiple(of: 2) {
                let first = try await plain()
                pair = Pair(ce: try await ce(), plain: first)
            } else {
                let first = try await ce()
                pair = Pair(ce: first, plain: try await plain())
            }
            workshop.say(
                "\(item.title), round \(round) of \(rounds): ce \(ReportText.fixed(pair.ce.cpuSecondsPerGB, 3)), "
                    + "plain \(ReportText.fixed(pair.plain.cpuSecondsPerGB, 3)) CPU seconds per GB, "
                    + "ratio \(ReportText.fixed(pair.ratio, 3))")
            pairs.append(pair)
        }
        return pairs
    }

    private func figures(_ pairs: [Pair]) -> [Figure] {
        [
            Figure("ce, CPU seconds per GB", .secondsPerGB, pairs.map(\.ce.cpuSecondsPerGB)),
            Figure("plain-sender, CPU seconds per GB", .secondsPerGB, pairs.map(\.plain.cpuSecondsPerGB)),
            Figure("ratio of each pair", .ratio, pairs.map(\.ratio), .medianAtMost(1.10)),
            Figure("ce, GB a second", .gigabytesPerSecond, pairs.map(\.ce.gigabytesPerSecond)),
            Figure("plain-sender, GB a second", .gigabytesPerSecond, pairs.map(\.plain.gigabytesPerSecond)),
        ]
    }

    private static let heading = ["round", "ce, CPU s/GB", "plain-sender, CPU s/GB", "ratio"]

    private func rows(_ pairs: [Pair]) -> [[String]] {
        pairs.enumerated().map { index, pair in
            [
                "\(index + 1)", ReportText.fixed(pair.ce.cpuSecondsPerGB, 3),
                ReportText.fixed(pair.plain.cpuSecondsPerGB, 3), ReportText.fixed(pair.ratio, 3),
            ]
        }
    }
}
