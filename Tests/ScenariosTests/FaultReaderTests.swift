import Faults
import Scenarios
import Settings
import Testing

/// Faults as scenarios have them.
@Suite struct FaultReaderTests {
    private static let shelf = """
        name: n
        images: {i: {size: 1MiB, version: 1}}
        ce: {memory: 256KiB, block: 64KiB}
        kinds: {k: {image: i}}
        groups: {g: {kind: k, slots: 1-4}}

        """

    private static func faults(_ text: String) throws -> [Fault] {
        try ScenarioSample.read(shelf + "faults:\n  - \(text)\n").faults
    }

    @Test func aFaultIsRead() throws {
        let fault = try Self.faults("{target: slot 2, at: {progress: 50%}, do: power_loss, for: 2s, optional: true}")[0]
        #expect(fault.target == .slots([2]))
        #expect(fault.trigger == FaultTrigger(.progress(0.5)))
        #expect(fault.action == FaultAction(named: "power_loss"))
        #expect(fault.duration == .seconds(2))
        #expect(fault.isOptional)
        #expect(fault.step == 0)
    }

    @Test(arguments: [
        ("slot 3", FaultTarget.slots([3])), ("slots 1-2,4", .slots([1, 2, 4])), ("group g", .group("g")),
        ("random(2)", .random(2)), ("all", .all),
    ]) func aTargetIsRead(text: String, target: FaultTarget) throws {
        #expect(try Self.faults("{target: \"\(text)\", at: {time: 1s}, do: kill}")[0].target == target)
    }

    @Test(arguments: [
        ("time: 2s", FaultTrigger(.time(.seconds(2)))), ("offset: 64KiB", FaultTrigger(.offset(65536))),
        ("block: 2", FaultTrigger(.offset(131_072))), ("page: 7", FaultTrigger(.page(7))),
        ("erase_block: 3", FaultTrigger(.eraseBlock(3))), ("flash_operation: 99", FaultTrigger(.flashOperation(99))),
        ("phase: boot, nth: 2", FaultTrigger(.phase(.boot), nth: 2)),
        ("phase: section, probability: 1%", FaultTrigger(.phase(.section), probability: 0.01)),
    ]) func aTriggerIsRead(text: String, trigger: FaultTrigger) throws {
        #expect(try Self.faults("{target: all, at: {\(text)}, do: kill}")[0].trigger == trigger)
    }

    @Test func whatAFaultTakesIsRead() throws {
        let fault = try Self.faults("{target: slot 1, do: {latency: {time: 20ms, direction: up}}}")[0]
        #expect(fault.action.values["time"] == .duration(.milliseconds(20)))
        #expect(fault.action.values["jitter"] == .duration(.zero))
        #expect(fault.action.values["direction"] == .choice("up"))
        #expect(fault.trigger == FaultTrigger(.beginning))
    }

    @Test func theServerAndTheCENeedNotBeNamed() throws {
        #expect(try Self.faults("{at: {progress: 10%}, do: close_at}")[0].target == .server)
        #expect(try Self.faults("{at: {progress: 10%}, do: ce_switchover}")[0].target == .ce)
    }

    @Test func faultsOfAStepAreThatSteps() throws {
        let scenario = try ScenarioSample.read(
            Self.shelf + """
                steps:
                  - {do: download}
                  - do: activate
                    faults: [{target: slot 1, at: {phase: boot}, do: kill}]

                """)
        #expect(scenario.faults.map(\.step) == [1])
        #expect(scenario.steps.map(\.act) == [.download, .activate])
    }

    @Test(arguments: [
        ("{target: slot 1, do: latncy}", "did you mean 'latency'?"),
        ("{target: slot 1, do: latency}", "lacks the key 'time'"),
        ("{target: slot 1, do: {latency: {tine: 2ms}}}", "did you mean 'time'?"),
        ("{target: slot 9, do: silent}", "is slot 9, which is empty"),
        ("{target: grup g, do: silent}", "did you mean 'group'?"),
        ("{target: server, do: silent}", "must be cards for silent"),
        ("{target: slot 1, do: no_rest}", "must be server for no_rest"),
        ("{target: slot 1, do: kill}", "lacks the key 'at'"),
        ("{do: silent}", "lacks the key 'target'"),
        ("{target: server, at: {phase: verify}, do: close_at}", "a card's phase"),
        ("{target: server, at: {flash_operation: 3}, do: close_at}", "the server has none"),
        ("{target: slot 1, at: {time: 1s, offset: 2KiB}, do: kill}", "several cues"),
        ("{target: slot 1, at: {nth: 2}, do: kill}", "names no cue"),
        ("{target: slot 1, do: {silent: {}, busy: {}}}", "has 2 faults"),
        ("{target: random(9), at: {time: 1s}, do: kill}", "is 9 cards"),
    ]) func aMistakeIsToldAtItsPlace(text: String, message: String) throws {
        let error = #expect(throws: SettingsError.self) { _ = try Self.faults(text) }
        let description = try #require(error).description
        #expect(description.contains(message), "\(description)")
        #expect(description.contains(":7:"), "\(description)")
    }

    @Test func allMistakesAreToldAtOnce() throws {
        let error = #expect(throws: SettingsError.self) {
            _ = try Self.faults("{target: slot 9, at: {phase: bot}, do: {latency: {time: 2}}, for: 3}")
        }
        #expect(try #require(error).description.split(separator: "\n").count == 4)
    }
}
