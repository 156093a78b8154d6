import Events
import Progress
import Reports
import Testing

@Suite struct LogTests {
    @Test func cardsThatChangeAlikeShareALine() {
        var shelf = ProgressSample(cardCount: 20)
        #expect(shelf.state.takeLogLines(at: 0.1).map(\.text) == ["[    0.1 s] slots 1-20: receiving"])
        #expect(shelf.state.takeLogLines(at: 0.2) == [])
        shelf.note(5, .cardPhase(slot: 7, phase: "lost"))
        shelf.note(5, .cardEnded(slot: 9, outcome: .failed, reason: "is silent"))
        shelf.note(5, .cardEnded(slot: 10, outcome: .failed, reason: "is silent"))
        #expect(
            shelf.state.takeLogLines(at: 5).map(\.text) == [
                "[    5.0 s] slot 7: lost, looked for", "[    5.0 s] slot 9: failed: is silent",
                "[    5.0 s] slot 10: failed: is silent",
            ])
    }

    @Test func whatBreaksIsSaidWithItsGroup() {
        var shelf = ProgressSample(cardCount: 1)
        _ = shelf.state.takeLogLines(at: 0)
        shelf.note(3, .sourceInterrupted(group: "adsl", reason: "426 \u{1B}[0m"))
        shelf.note(3, .cardDetached(slot: 1, costSeconds: 0.09, allowedSeconds: 0.02))
        #expect(
            shelf.state.takeLogLines(at: 12.34).map(\.text) == [
                #"[   12.3 s] group adsl: 426 \u{1b}[0m; it goes on"#,
                "[   12.3 s] slot 1: detached: it kept the others waiting for 90 ms",
            ])
    }

    @Test func aSummaryHasEverythingInOneLine() {
        var shelf = ProgressSample(cardCount: 2)
        shelf.sample(0, share: 0, cards: 1...2)
        shelf.sample(2, share: 0.5, cards: 1...2)
        #expect(
            shelf.state.summary(at: 2).text
                == "[    2.0 s] 50 %  8 MiB/s  2.00 s left  pool 128 KiB of 512 KiB  fetched 8 MiB of 16 MiB  2 at work"
        )
    }
}
