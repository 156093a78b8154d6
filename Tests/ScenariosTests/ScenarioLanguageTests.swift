import Faults
import Rollout
import Scenarios
import Settings
import Testing

/// Acts, expectations, matrices, and files that are laid over others.
@Suite struct ScenarioLanguageTests {
    private static let shelf = """
        name: n
        images: {i: {size: 1MiB, version: 1}, j: {size: 1MiB, version: 2}}
        kinds: {k: {image: i}}
        groups: {g: {kind: k, slots: 1-4}, h: {kind: k, slots: 5-6, rollout: {canary: 1}, after: commit}}

        """

    @Test func aScenarioWithoutStepsIsADownload() throws {
        let scenario = try ScenarioSample.read(Self.shelf + "expect: {exit: failure}\n")
        #expect(scenario.steps == [ScenarioStep(.download, exit: .failure)])
        #expect(scenario.groups[1].rollout.goal == .commit)
        #expect(scenario.groups[1].rollout.canary == .count(1))
    }

    @Test func stepsAreRead() throws {
        let steps = try ScenarioSample.read(
            Self.shelf + """
                steps:
                  - {do: download, exit: failure}
                  - {do: wait, for: 5s}
                  - {do: download, group: h, image: j, after: stage, running: 1}
                  - {do: rollback, group: h}

                """
        ).steps
        #expect(steps.map(\.act) == [.download, .wait, .download, .rollback])
        #expect(steps[0].exit == .failure)
        #expect(steps[1].duration == .seconds(5))
        #expect(steps[2].image?.name == "j" && steps[2].after == .stage && steps[2].running == "1")
        #expect(steps[3].group == "h")
    }

    @Test(arguments: [
        ("steps: [{do: activate}]", "the first act is a download"),
        ("steps: [{do: download}, {do: wait}]", "how long it waits"),
        ("steps: [{do: download}, {do: commit, image: j}]", "belongs to a download"),
        ("steps: [{do: downlod}]", "did you mean 'download'?"),
        ("steps: [{do: download, image: j}]", "name the group, too"),
        ("steps: [{do: download}]\nexpect: {exit: success}", "belongs to each act"),
        ("expect: {cards: {slot 9: {outcome: success}}}", "slot 9 is empty"),
        ("expect: {cards: {cards: {outcome: success}}}", "selects no cards"),
        ("expect: {cards: {all: {outcome: succes}}}", "did you mean 'success'?"),
        ("expect: {cards: {all: {restarts: some}}}", "expected a count such as 1"),
        ("expect: {order: [\"slot 1 detachd\"]}", "did you mean 'detached'?"),
        ("matrix: {ce.memory: []}", "is empty"),
    ]) func aMistakeIsTold(text: String, message: String) throws {
        let error = #expect(throws: SettingsError.self) {
            _ = try ScenarioReader.readAll(
                SourceText(file: "s.yaml", bytes: Array((Self.shelf + text + "\n").utf8)), folder: "")
        }
        let description = try #require(error).description
        #expect(description.contains(message), "\(description)")
    }

    @Test func expectationsOfCardsAreLaidOverEachOther() throws {
        let expectation = try ScenarioSample.read(
            Self.shelf + """
                expect:
                  cards:
                    slot 2: {outcome: failed, restarts: ">= 1"}
                    all: {outcome: success, detached: false}
                    group h: {state: committed}
                  order: ["server interrupted", "slot 2 failed", "fault kill"]

                """
        ).expectation
        let second = expectation.expectation(ofSlot: 2, group: "g")
        #expect(second.outcome == .failed && second.isDetached == false && second.state == nil)
        #expect(second.restarts?.holds(3) == true && second.restarts?.holds(0) == false)
        let other = expectation.expectation(ofSlot: 5, group: "h")
        #expect(other.outcome == .success && other.state == .committed)
        #expect(expectation.order.map(\.description) == ["server interrupted", "slot 2 failed", "fault kill"])
    }

    @Test func aMatrixMultiplies() throws {
        let text = Self.shelf + "matrix: {ce.memory: [128KiB, 256KiB], groups.g.slots: [1, 1-3, 1-4]}\n"
        let scenarios = try ScenarioReader.readAll(
            SourceText(file: "s.yaml", bytes: Array(text.utf8)), folder: "")
        #expect(scenarios.count == 6)
        #expect(scenarios.map(\.name) == (1...6).map { "n.\($0)" })
        #expect(scenarios.map(\.cards.count) == [3, 5, 6, 3, 5, 6])
        #expect(scenarios.map(\.pool.budgetBytes) == [131_072, 131_072, 131_072, 262_144, 262_144, 262_144])
        #expect(scenarios[1].variant == "ce.memory=128KiB groups.g.slots=1-3")
    }
}
