import Reports

/// The CE's memory: small, and the same for any image.
struct MemoryBenchmark: Benchmark {
    let name = "memory"
    let intent = """
        `ce` with sink cards, from vsftpd, 8 blocks of 64 KiB: 20 cards with an image of 16 MiB and one of 1 GiB, and 1,000 cards. \
        The most anonymous memory, pool included (RssAnon, looked at by `ce` itself and every 2 ms from outside); the most resident, the program's own \
        pages included (VmHWM); and what the kernel may hold in send buffers beside it.
        """
    let defaultRounds = 3

    /// At 20 cards, pool included.
    static let anonymousTarget = Target.atMost(8 * 1024 * 1024)
    private static let residentTarget = Target.atMost(40 * 1024 * 1024)
    private static let thousandCardsTarget = Target.atMost(32 * 1024 * 1024)
    private static let small: UInt64 = 16 << 20
    private static let large: UInt64 = 1 << 30

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        try await workshop.withServer(imageBytes: [Self.small, Self.large]) { images in
            var (small, large, many) = ([ResourceReport](), [ResourceReport](), [ResourceReport]())
            try await workshop.withSinkCards(count: 20) { cards in
                for round in 1...rounds {
                    small.append(try await workshop.runCE(images[0], cardsFile: cards, watchesMemory: true).ce)
                    large.append(try await workshop.runCE(images[1], cardsFile: cards, watchesMemory: true).ce)
                    workshop.say(
                        "20 cards, round \(round) of \(rounds): \(text(small[round - 1])) for 16 MiB, "
                            + "\(text(large[round - 1])) for 1 GiB")
                }
            }
            try await workshop.withSinkCards(count: 1000) { cards in
                for round in 1...rounds {
                    many.append(try await workshop.runCE(images[0], cardsFile: cards, watchesMemory: true).ce)
                    workshop.say("1,000 cards, round \(round) of \(rounds): \(text(many[round - 1]))")
                }
            }
            var section = Section()
            section.add("20 cards, 16 MiB", Self.figures(of: small, anonymous: Self.anonymousTarget))
            section.add("20 cards, 1 GiB", Self.figures(of: large, anonymous: Self.anonymousTarget))
            section.add(
                "20 cards, the difference of 1 GiB from 16 MiB",
                [
                    difference("anonymous, peak", \.maximumAnonymousBytes, small, large),
                    difference("resident, peak", \.maximumResidentBytes, small, large),
                ])
            section.add(
                "1,000 cards, 16 MiB", Self.figures(of: many, anonymous: Self.thousandCardsTarget, resident: nil))
            return section
        }
    }

    static func figures(
        of reports: [ResourceReport], anonymous: Target, resident: Target? = residentTarget
    ) -> [Figure] {
        [
            Figure("anonymous, peak", .bytes, reports.map { Double($0.maximumAnonymousBytes) }, anonymous),
            Figure("resident, peak", .bytes, reports.map { Double($0.maximumResidentBytes) }, resident),
            Figure(
                "kernel send buffers beside it, limit", .bytes, reports.map { Double($0.kernelSendBytesLimit) }),
        ]
    }

    /// How much more or less the large image needs than the small one, as a part.
    private func difference(
        _ name: String, _ bytes: (ResourceReport) -> Int, _ small: [ResourceReport], _ large: [ResourceReport]
    ) -> Figure {
        let parts = zip(small, large).map { abs(Double(bytes($1)) / Double(max(1, bytes($0))) - 1) }
        return Figure(name, .percent, parts, .medianAtMost(0.10))
    }

    private func text(_ report: ResourceReport) -> String {
        "\(ReportText.bytes(report.maximumAnonymousBytes)) anonymous, "
            + "\(ReportText.bytes(report.maximumResidentBytes)) resident"
    }
}
