import Events
import Reports

/// One event of every kind, with every field set to something of its own.
enum SampleEvents {
    static let sample = GroupSample(
        group: "adsl", serverBytes: 65_536, poolBytes: 131_072, budgetBytes: 524_288, depth: 3, fullSeconds: 0.25,
        holders: [7],
        cards: [
            CardSample(
                slot: 1, flashBytes: 4096, donorBytes: 5, serverWaitSeconds: 0.5, poolWaitSeconds: 0.000001,
                cardWaitSeconds: 12.75, waitsFor: .server),
            CardSample(slot: 7, flashBytes: 1 << 40, waitsFor: .card),
        ])

    static let kinds: [EventKind] = [
        .streamOpened(
            StreamOpening(program: "ce 0.1.0", mode: .parallel, clock: .real, monotonicSeconds: 12345.678901)),
        .streamOpened(StreamOpening(program: "simulator", mode: .serialPipelined, clock: .virtual)),
        .groupStarted(
            GroupOpening(
                name: "adsl", version: "2.0.0", imageBytes: 1 << 24, slots: [1, 2, 7], blockBytes: 65_536,
                budgetBytes: 524_288)),
        .groupEnded(group: "adsl"), .sourceOpened(group: "adsl"), .sourceVerified(group: "adsl"),
        .sourceInterrupted(group: "adsl", reason: "426 broken"), .sourceFailed(group: "adsl", reason: "550 no"),
        .sample(sample), .cardPhase(slot: 7, phase: "catching-up"),
        .cardDetached(slot: 7, costSeconds: 0.125, allowedSeconds: 0.02), .cardDonor(slot: 7, donor: 3),
        .cardDonor(slot: 7, donor: nil), .donorLeft(slot: 3, state: "distrusted", reason: "another checksum"),
        .cardEnded(slot: 7, outcome: .failed, reason: "silent"),
        .cardEnded(slot: 1, outcome: .success, reason: nil),
        .waveStarted(group: "adsl", number: 1, count: 3, slots: [1, 2]),
        .cardActivation(slot: 1, phase: "on-trial", reason: nil),
        .cardActivation(slot: 2, phase: "missing", reason: "no answer"),
        .rolloutStopped(group: "adsl", reason: "2 of 3 failed"),
        .cardRolledOut(slot: 1, state: .rolledBack, reason: "did not boot"),
        .fault(FaultMark(what: "power_loss", target: "slot 7", slot: 7, phase: .begins, detail: "for 2 s")),
        .fault(FaultMark(what: "close", target: "server")), .cardProcess(slot: 7, state: "ended", detail: "signal 9"),
    ]
}
