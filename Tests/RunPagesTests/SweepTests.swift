import Reports
import RunPages
import Testing

@Suite struct SweepTests {
    private func result(_ paths: [String], _ points: [([String], Double)], failed: [Double] = []) -> SweepResult {
        SweepResult(
            scenario: "20cards", clock: .virtual, paths: paths,
            points: points.map { values, seconds in
                SweepPoint(
                    values: values, elapsedSeconds: seconds, lowerBoundSeconds: 8, poolPeakBytes: 1 << 17,
                    passed: !failed.contains(seconds))
            }, command: "simulator sweep scenarios/20cards.yaml --vary ce.memory=64KiB,128KiB")
    }

    @Test func theKneeIsTheFirstValueThatIsAsGoodAsAny() {
        let result = result(
            ["ce.memory"], [(["64KiB"], 12), (["128KiB"], 9), (["256KiB"], 8.05), (["512KiB"], 8), (["1MiB"], 8.01)])
        #expect(result.curves.map(\.knee) == [2])
        #expect(
            result.conclusions == [
                "ce.memory=256KiB is enough: 8.05 s, and no more than 1 % less with any other value."
            ])
        #expect(result.lines[3].contains("<- knee") && !result.lines[4].contains("knee"))
    }

    @Test func eachCombinationOfTheOthersIsACurve() {
        let result = result(
            ["ce.memory", "groups.adsl.count"],
            [(["64KiB", "1"], 8), (["64KiB", "20"], 12), (["1MiB", "1"], 8), (["1MiB", "20"], 8)])
        #expect(result.curves.map(\.name) == ["groups.adsl.count=1", "groups.adsl.count=20"])
        #expect(
            result.conclusions == [
                "groups.adsl.count=1: ce.memory makes no difference from 64KiB to 1MiB: 8.00 s.",
                "groups.adsl.count=20: ce.memory=1MiB is enough: 8.00 s, and no more than 1 % less with any other value.",
            ])
    }

    @Test func whatGrowsWithTheValueIsNotCalledEnough() {
        let result = result(["groups.adsl.count"], [(["1"], 8), (["20"], 8.05), (["200"], 30)])
        #expect(result.conclusions == ["up to groups.adsl.count=20 it takes 8.00 s; more takes longer."])
    }

    @Test func aFailedRunIsNoKnee() {
        let result = result(["ce.memory"], [(["64KiB"], 1), (["128KiB"], 9)], failed: [1])
        #expect(result.curves.map(\.knee) == [1])
        #expect(result.lines[1].hasSuffix("FAILED"))
    }

    @Test func thePageHasBothCurvesWithTheKneeMarked() {
        let page = SweepPage(
            result(["ce.memory"], [(["64KiB"], 12), (["128KiB"], 8), (["<b>"], 8)]), json: "{}"
        ).text
        #expect(page.matches(of: /<svg role="img"/).count == 2)
        #expect(page.contains(#"aria-label="the knee: 128KiB, 8.00 s""#))
        #expect(page.contains("ce.memory=128KiB is enough"))
        #expect(page.contains("&lt;b&gt;") && !page.contains("<b>,"))
        #expect(page.contains("simulator sweep scenarios/20cards.yaml"))
    }
}
