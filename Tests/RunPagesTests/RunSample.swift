import Events
import Reports
import RunPages

/// A run made by hand: so many cards, of which slot 7 is five times slower, is detached and catches up from slot 1.
struct RunSample {
    static let imageBytes: UInt64 = 16 << 20
    let cardCount: Int
    var hasSlowCard = true

    init(cardCount: Int) {
        self.cardCount = cardCount
    }

    static let fastSeconds = 8.0
    static let slowSeconds = 40.0

    private func isSlow(_ slot: Int) -> Bool { hasSlowCard && slot == 7 }
    private func seconds(_ slot: Int) -> Double {
        isSlow(slot) ? Self.slowSeconds : Self.fastSeconds + Double(slot % 5) * 0.01
    }

    var report: RunReport {
        let cards = (1...cardCount).map { slot in
            var card = CardReport(
                slot: slot, group: "adsl", outcome: .success, reason: nil, bytes: Self.imageBytes,
                elapsedSeconds: seconds(slot), boundSeconds: seconds(slot) * 0.99, digestIsOK: true,
                isDetached: isSlow(slot), source: isSlow(slot) ? "server+donor" : "server")
            card.donorBytes = isSlow(slot) ? Self.imageBytes / 2 : 0
            return card
        }
        let group = GroupReport(
            name: "adsl", imageBytes: Self.imageBytes, serverSessions: 1, serverBytes: Self.imageBytes,
            serverCountedBy: "server", serverFailure: nil, poolBudgetBytes: 512 << 10, poolPeakBytes: 512 << 10,
            blockBytes: 64 << 10, depthMinimum: 2, depthMaximum: 8)
        let elapsed = (1...cardCount).map(seconds).max()!
        var report = RunReport(
            scenario: "sample", seed: 42, clock: .virtual, lowerBoundSeconds: elapsed * 0.99,
            download: DownloadReport(
                mode: .parallel, elapsedSeconds: elapsed, groups: [group], cards: cards, ce: ResourceReport()),
            simulator: SimulatorReport(), traceHash: "00ff", command: "simulator run scenarios/sample.yaml --seed 42")
        report.compare(serialSeconds: 200, serialPipelinedSeconds: 160, clock: .virtual)
        report.passed = true
        report.facts = facts
        return report
    }

    private var facts: RunFacts {
        let cards = (1...cardCount).map { slot in
            let factor = isSlow(slot) ? 5.0 : 1.0
            return CardFacts(
                slot: slot, flash: "spi-nor", eraseSeconds: 3 * factor, programSeconds: 4 * factor,
                readSeconds: 0.9 * factor, linkSeconds: 0.14, wear: [4, 1, 1, 0], enduranceCycles: 100_000)
        }
        return RunFacts(
            limits: [
                GroupLimits(
                    group: "adsl", firstSectionSeconds: 0.01, serverSeconds: 1.34, linkSeconds: 0.14,
                    flashSeconds: hasSlowCard ? 39.5 : 7.9)
            ], cards: cards, environment: [.init("machine", "8 x a <test>")])
    }

    var events: [RunEvent] {
        var events = [
            RunEvent(seconds: 0, .streamOpened(StreamOpening(program: "ce", mode: .parallel, clock: .virtual))),
            RunEvent(
                seconds: 0,
                .groupStarted(
                    GroupOpening(
                        name: "adsl", version: "2.0.0", imageBytes: Self.imageBytes, slots: Array(1...cardCount),
                        blockBytes: 64 << 10, budgetBytes: 512 << 10))),
        ]
        events += (1...cardCount).map { RunEvent(seconds: 0, .cardPhase(slot: $0, phase: "preparing")) }
        events.append(RunEvent(seconds: 0.2, .sourceOpened(group: "adsl")))
        events += (1...cardCount).map { RunEvent(seconds: 0.2, .cardPhase(slot: $0, phase: "receiving")) }
        events += stride(from: 0.4, to: Self.fastSeconds, by: 0.2).map(sample)
        if hasSlowCard {
            events += [
                RunEvent(seconds: 0.5, .cardDetached(slot: 7, costSeconds: 0.09, allowedSeconds: 0.03)),
                RunEvent(seconds: 0.5, .cardPhase(slot: 7, phase: "catching-up")),
                RunEvent(seconds: 0.6, .cardDonor(slot: 7, donor: 1)),
            ]
        }
        events.append(RunEvent(seconds: Self.fastSeconds, .sourceVerified(group: "adsl")))
        events += (1...cardCount).flatMap { slot in
            [
                RunEvent(seconds: seconds(slot) - 0.1, .cardPhase(slot: slot, phase: "verifying")),
                RunEvent(seconds: seconds(slot), .cardEnded(slot: slot, outcome: .success, reason: nil)),
            ]
        }
        return events.enumerated().sorted { ($0.element.seconds, $0.offset) < ($1.element.seconds, $1.offset) }
            .map(\.element)
    }

    private func sample(_ time: Double) -> RunEvent {
        let cards = (1...cardCount).map { slot in
            CardSample(
                slot: slot, flashBytes: UInt64(Double(Self.imageBytes) * min(1, time / seconds(slot))),
                serverWaitSeconds: time * 0.1, cardWaitSeconds: time * 0.7, waitsFor: .card)
        }
        return RunEvent(
            seconds: time,
            .sample(
                GroupSample(
                    group: "adsl", serverBytes: UInt64(Double(Self.imageBytes) * time / Self.fastSeconds),
                    poolBytes: 128 << 10, budgetBytes: 512 << 10, depth: 2, fullSeconds: time / 2, holders: [],
                    cards: cards)))
    }
}
