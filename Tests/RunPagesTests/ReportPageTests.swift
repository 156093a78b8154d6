import Events
import Foundation
import Reports
import RunPages
import Testing

@Suite struct ReportPageTests {
    private static func page(_ sample: RunSample, _ change: (inout RunReport) -> Void = { _ in }) throws -> String {
        var report = sample.report
        change(&report)
        let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        return ReportPage(report, events: sample.events, json: json).text
    }

    // MARK: As text

    @Test func itNeedsNothingBesideIt() throws {
        let page = try Self.page(RunSample(cardCount: 20))
        #expect(!page.contains("src="))
        #expect(!page.contains("href="))
        #expect(!page.contains("http://") && !page.contains("https://"))
        #expect(page.contains("default-src 'none'"))
    }

    @Test func theDataOfThePageIsTheReport() throws {
        let sample = RunSample(cardCount: 3)
        let page = try Self.page(sample) { $0.failures = ["</script><script>alert(1)</script>"] }
        let script = try #require(page.firstMatch(of: /(?s)<script type="application\/json" id="data">(.*?)<\/script>/))
        let report = try JSONDecoder().decode(RunReport.self, from: Data(script.output.1.utf8))
        #expect(report.cards == sample.report.cards)
        #expect(report.failures == ["</script><script>alert(1)</script>"])
    }

    @Test func whatCardsSayIsNoMarkup() throws {
        let page = try Self.page(RunSample(cardCount: 3)) {
            $0.cards[1].outcome = .failed
            $0.cards[1].reason = "<b onclick='x'>\u{1B}[2J\u{202E}&\""
            $0.failures = ["slot 2 was expected to succeed, and failed: <b onclick='x'>"]
        }
        #expect(!page.contains("<b onclick"))
        #expect(page.contains(#"&lt;b onclick=&#39;x&#39;&gt;\u{1b}[2J\u{202e}&amp;&quot;"#))
    }

    /// With its cards' events; and with those of the shelf, where it names no card.
    @Test func everyFailedExpectationHasItsEvents() throws {
        let page = try Self.page(RunSample(cardCount: 20)) {
            $0.passed = false
            $0.failures = ["slot 3 was expected to be quick", "elapsed <= 9s was expected, and it is 40.0 s"]
        }
        let section = try #require(page.firstMatch(of: /(?s)<section id="failures".*?<\/section>/)).output
        let items = section.split(separator: "<ul class=\"related\">")
        #expect(items.count == 3)
        #expect(items[1].contains("slot 3: verifying") && !items[1].contains("slot 7"))
        #expect(items[2].contains("slot 7 is detached") && !items[2].contains("slot 3: verifying"))
    }

    @Test func aThousandCardsStaySmallAndReadable() throws {
        let sample = RunSample(cardCount: 1000)
        let page = try Self.page(sample)
        #expect(page.utf8.count < 5_000_000)
        #expect(page.contains("All 1000 cards"))
        // Only those that stand out have a lane with a name.
        #expect(page.matches(of: /<g data-slot=/).count == 1)
    }

    @Test func aRunWithoutEventsHasAPageAllTheSame() throws {
        let report = RunSample(cardCount: 2).report
        let page = ReportPage(report, events: [], json: "{}").text
        #expect(page.contains("PASSED: all 2 cards have the image"))
        #expect(!page.contains("id=\"timeline\""))
    }

    // MARK: In a browser

    private struct Look: Decodable {
        var title: String
        var verdict: String
        var sections: [String]
        var drawings: Int
        var drawingsWithoutText: Int
        var pageWidth: Int
        var windowWidth: Int
        var lanes: Int
        var emptyLanes: Int
        var slots: [String]
        var findings: String
        var command: String
        var dataIsJSON: Bool
        var smallestText: Double
    }

    private static let look = """
        (() => {
          const all = s => [...document.querySelectorAll(s)];
          const lanes = all('g[data-slot]');
          return {
            title: document.title,
            verdict: document.getElementById('verdict').textContent,
            sections: all('section').map(s => s.id),
            drawings: all('svg[role=img]').length,
            drawingsWithoutText: all('svg[role=img]').filter(s => !s.getAttribute('aria-label')
              || !s.querySelector('title') || !s.querySelector('desc')).length,
            pageWidth: document.documentElement.scrollWidth,
            windowWidth: innerWidth,
            lanes: lanes.length,
            emptyLanes: lanes.filter(g => g.getBoundingClientRect().width < 1).length,
            slots: lanes.map(g => g.dataset.slot),
            findings: document.getElementById('findings').textContent,
            command: document.getElementById('command').textContent,
            dataIsJSON: typeof JSON.parse(document.getElementById('data').textContent) === 'object',
            smallestText: Math.min(...all('p,li,td,th,summary,.names span,.axis span,.figure,.barname')
              .map(e => parseFloat(getComputedStyle(e).fontSize))),
          };
        })()
        """

    @Test(arguments: [(20, 1280), (20, 500), (1000, 1280)]) func aBrowserShowsAllOfIt(cards: Int, width: Int) throws {
        let answer = try Browser.evaluate(Self.look, on: Self.page(RunSample(cardCount: cards)), width: width)
        let look = try JSONDecoder().decode(Look.self, from: answer)
        #expect(look.title == "sample: passed")
        #expect(look.verdict.hasPrefix("PASSED: all \(cards) cards"))
        #expect(
            look.sections == [
                "findings", "timeline", "time", "comparison", "pool", "throughput", "wear", "cards", "events", "repeat",
            ])
        #expect(look.drawings > 20)
        #expect(look.drawingsWithoutText == 0)
        // Nothing reaches beyond the window.
        #expect(look.pageWidth <= look.windowWidth)
        #expect(look.slots == (cards == 20 ? (1...20).map { "\($0)" } : ["7"]))
        #expect(look.emptyLanes == 0)
        #expect(look.findings.contains("Slot 7 took 40.0 s") && look.findings.contains("It cost the others 90 ms"))
        #expect(look.command == "simulator run scenarios/sample.yaml --seed 42")
        #expect(look.dataIsJSON)
        #expect(look.smallestText >= 9)
    }
}
