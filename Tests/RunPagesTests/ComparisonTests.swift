import Reports
import RunPages
import Testing

@Suite struct ComparisonTests {
    private var comparison: Comparison {
        var slow = RunSample(cardCount: 20).report
        slow.passed = false
        var quick = RunSample(cardCount: 20)
        quick.hasSlowCard = false
        return Comparison([("runs/before", slow), ("runs/after", quick.report)])
    }

    private func row(_ name: String) -> [String] {
        comparison.lines.first { $0.hasPrefix("  \(name) ") }?.split(separator: "  ")
            .map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty } ?? []
    }

    @Test func everyFigureStandsBesideThatOfTheFirstRun() {
        #expect(row("verdict") == ["verdict", "FAILED", "passed"])
        #expect(row("time") == ["time", "40.0 s", "8.04 s (-79.9 %)"])
        #expect(row("slowest card") == ["slowest card", "40.0 s", "8.04 s (-79.9 %)"])
        #expect(row("cards detached") == ["cards detached", "1", "0 (-100 %)"])
        #expect(row("transfers") == ["transfers", "1", "1"])
    }

    /// A process has memory; a run on the virtual clock has none.
    @Test func figuresThatNoRunHasAreLeftOut() {
        #expect(row("memory of the CE") == [])
    }

    @Test func thePageHasTheSame() {
        let page = comparison.page(json: "[]", command: "simulator compare runs/before runs/after")
        #expect(page.contains("8.04 s (-79.9 %)"))
        #expect(page.contains("<title>runs/before, runs/after compared</title>"))
        #expect(page.matches(of: /<svg role="img"/).count == 4)
    }
}
