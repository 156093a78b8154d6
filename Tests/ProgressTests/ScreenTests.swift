import Events
import Progress
import Reports
import Testing

@Suite struct ScreenTests {
    /// Half of the image in four seconds, three cards of which one is apart and one has failed.
    private var shelf: ProgressSample {
        var shelf = ProgressSample(cardCount: 3)
        shelf.sample(0, share: 0, cards: 1...3)
        shelf.sample(2, share: 0.25, cards: 1...3)
        shelf.sample(4, share: 0.5, cards: 1...3)
        shelf.note(4, .cardPhase(slot: 3, phase: "catching-up"))
        shelf.note(4, .cardDonor(slot: 3, donor: 1))
        shelf.note(4, .cardEnded(slot: 2, outcome: .failed, reason: "did not answer within 4 s"))
        return shelf
    }

    @Test func aWideTerminalShowsTheWholeAndEveryCard() {
        #expect(
            shelf.text(130, 24) == [
                "[###--]  66 %  6 MiB/s  4.00 s left  pool 128 KiB of 512 KiB  fetched 8 MiB of 16 MiB  "
                    + "1 failed, 1 catching up, 1 at work  4.00 s",
                "slot 2  failed: did not answer within 4 s",
                "slot 3  [##########----------]   50 %     2 MiB/s  catching up from slot 1",
                "slot 1  [##########----------]   50 %     2 MiB/s  writes its flash",
            ])
    }

    @Test func aNarrowTerminalShowsWhatFits() {
        #expect(
            shelf.text(40, 24) == [
                "[######---]  66 %  6 MiB/s  4.00 s left", "slot 2  failed: did not answer withi...",
                "slot 3  [####-----]   50 %     2 MiB...", "slot 1  [####-----]   50 %     2 MiB...",
            ])
    }

    @Test(arguments: [1, 2, 3, 5, 10, 24, 50], [1, 2, 9, 20, 40, 80, 200]) func noLineIsTooMuch(
        rows: Int, columns: Int
    ) {
        var shelf = ProgressSample(cardCount: 200)
        shelf.sample(0, share: 0, cards: 1...200)
        shelf.sample(4, share: 0.5, cards: 1...200)
        shelf.note(4, .cardEnded(slot: 150, outcome: .failed, reason: String(repeating: "long ", count: 100)))
        let lines = shelf.text(columns, rows)
        #expect(lines.count <= max(1, rows - 1))
        #expect(lines.allSatisfy { $0.utf8.count <= max(1, columns - 1) }, "\(lines)")
        if rows >= 5 && columns >= 40 {
            #expect(lines[1].hasPrefix("slot 150  failed"))
            #expect(lines.last!.hasPrefix("and \(200 - (rows - 3)) cards: "))
        }
    }

    @Test func whatACardSaysMovesNoCursor() {
        var shelf = ProgressSample(cardCount: 1)
        shelf.note(1, .cardEnded(slot: 1, outcome: .failed, reason: "\u{1B}[2J\u{7}é\u{202E}"))
        #expect(shelf.text(100, 24)[1] == #"slot 1  failed: \u{1b}[2J\u{7}\u{e9}\u{202e}"#)
    }

    @Test func beforeTheFirstCardThereIsALineAllTheSame() {
        #expect(
            ProgressState().lines(columns: 80, rows: 24, at: 0.5).map(\.text) == ["waiting for the first card  500 ms"])
    }

    @Test(arguments: [
        (CardNeed.nothing, "receiving"), (.server, "waits for the server"), (.pool, "waits for the others"),
        (.card, "writes its flash"),
    ]) func aCardSaysWhatItWaitsFor(need: CardNeed, text: String) {
        var shelf = ProgressSample(cardCount: 1)
        shelf.sample(1, share: 0.5, cards: 1...1, waitsFor: need)
        #expect(shelf.text(100, 24)[1].hasSuffix(text))
    }

    @Test func cardsThatAreDoneComeLast() {
        var shelf = ProgressSample(cardCount: 4)
        shelf.note(1, .cardEnded(slot: 1, outcome: .success, reason: nil))
        shelf.note(1, .cardPhase(slot: 3, phase: "lost"))
        #expect(shelf.text(100, 24).dropFirst().map { $0.prefix(6) } == ["slot 3", "slot 2", "slot 4", "slot 1"])
    }
}
