import Events
import Reports
import RunPages
import Testing

/// What a newcomer is told: which card was slow, why, and what it cost.
@Suite struct FindingsTests {
    private func findings(_ sample: RunSample, _ change: (inout RunReport) -> Void = { _ in }) -> RunFindings {
        var report = sample.report
        change(&report)
        return RunFindings(report, TimelineBuilder.timeline(of: sample.events))
    }

    @Test func theSlowCardIsNamedWithItsReasonAndItsCost() {
        let findings = findings(RunSample(cardCount: 20))
        #expect(findings.notedSlots == [7])
        #expect(
            findings.cards == [
                "Slot 7 took 40.0 s, most others 8.02 s. Its flash alone needs 39.5 s for the image, that of most others 7.90 s. "
                    + "It cost the others 90 ms: then, 500 ms after the start, it was detached and served by itself, "
                    + "read back from slot 1."
            ])
    }

    @Test func whereNoCardStandsOutThatIsSaid() {
        var sample = RunSample(cardCount: 20)
        sample.hasSlowCard = false
        #expect(findings(sample).cards == ["No card stands out: they ended within 40 ms of each other."])
    }

    @Test func theVerdictSaysHowItEndedAndHowGoodThatIs() {
        #expect(
            findings(RunSample(cardCount: 20)).verdict
                == "PASSED: all 20 cards have the image, 40.0 s after the start, every flash compared byte for byte. "
                + "At least 39.6 s are needed whatever one does: that is 99.0 % of what is possible. "
                + "Card by card it would have taken 5.0 times as long.")
    }

    @Test func aFailedCardComesFirst() {
        let findings = findings(RunSample(cardCount: 20)) { report in
            report.cards[11].outcome = .failed
            report.cards[11].reason = "silent for 4 s"
            report.passed = false
            report.failures = ["slot 12 was expected to succeed, and failed: silent for 4 s"]
            report.efficiency = 0
        }
        #expect(findings.notedSlots == [12, 7])
        #expect(findings.cards[0].hasPrefix("Slot 12 failed after 8.02 s: silent for 4 s."))
        #expect(
            findings.verdict
                == "FAILED: 19 of 20 cards have the image, slot 12 has not. 1 expectation was not met.")
    }

    @Test func thePaceIsExplained() {
        #expect(
            findings(RunSample(cardCount: 20)).pace == [
                "What sets the pace is the slowest card's flash: it needs 39.5 s for the image; the server's link only 1.34 s, "
                    + "the slowest card's link only 140 ms."
            ])
    }

    @Test func aHundredSlowCardsAreNotAHundredSentences() {
        let findings = findings(RunSample(cardCount: 300)) { report in
            for index in 100..<200 { report.cards[index].elapsedSeconds = 20 }
        }
        #expect(findings.cards.count == 13)
        #expect(findings.cards.last == "89 more cards stand out; see the timeline.")
    }
}
