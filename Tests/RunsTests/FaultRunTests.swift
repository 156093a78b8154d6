import Reports
import Runs
import Testing

/// Faults in whole runs, on the virtual clock: that they happen, that they are missed where they do not, and that a seed repeats them.
@Suite struct FaultRunTests {
    private static func run(_ rest: String, seed: UInt64 = 1) throws -> RunReport {
        try VirtualRunner.run(VirtualRunner.shelf + "groups: {g: {kind: k, slots: 1-4}}\n" + rest, seed: seed)
    }

    @Test func aFaultThatNeverFiresFailsTheScenario() throws {
        let fault = "faults: [{target: slot 1, at: {phase: rollback}, do: kill}]"
            .replacing("rollback", with: "commit")
        let report = try Self.run(fault)
        #expect(report.failures.count == 1)
        #expect(report.failures.first?.contains("kill (number 1) never fired") == true)
        #expect(try Self.run(fault.replacing("do: kill", with: "do: kill, optional: true")).passed)
    }

    @Test func theSameSeedGivesTheSameRun() throws {
        let faults = """
            faults:
              - {target: random(2), at: {phase: section, probability: 30%}, do: reset_peer}
              - {target: random(1), at: {progress: 40%}, do: power_loss, for: 50ms}
              - {at: {progress: 50%}, do: close_at}
            """
        let first = try Self.run(faults, seed: 7)
        #expect(first.failures == [])
        #expect(first.traceHash == (try Self.run(faults, seed: 7)).traceHash)
        #expect(first.traceHash != (try Self.run(faults, seed: 8)).traceHash)
    }

    @Test func aWrongExpectationSaysWhatWasSeenAndWhatHappened() throws {
        let report = try Self.run(
            """
            faults: [{target: slot 2, at: {progress: 50%}, do: {restart: {after: 100ms}}}]
            expect:
              cards: {all: {restarts: 0}, slot 3: {outcome: failed}}
              order: ["slot 2 restarted", "slot 2 fault restart"]
            """)
        #expect(!report.passed)
        let text = report.failures.joined(separator: "\n")
        #expect(text.contains("slot 2: restarts 0 was expected, and it is 1"))
        #expect(text.contains("slot 3: outcome failed was expected, and it is success"))
        #expect(text.contains("the event 'slot 2 fault restart' was expected after 'slot 2 restarted'"))
        #expect(text.contains("restarted"))
    }

    @Test func aCardThatStaysDeadCostsOnlyItself() throws {
        let report = try Self.run(
            """
            faults: [{target: slot 2, at: {progress: 50%}, do: kill}]
            expect: {exit: failure, cards: {all: {outcome: success}, slot 2: {outcome: failed, digest: differs}}}
            """)
        #expect(report.failures == [])
    }

    @Test func aLostReplyIsLostOnce() throws {
        let report = try Self.run(
            """
            faults: [{target: slot 2, do: {lost_reply: {request: start}}}]
            expect: {cards: {all: {outcome: success, digest: matches}}}
            """)
        #expect(report.failures == [])
    }

    @Test(arguments: [
        "partition", "timeout", "reset_peer", "{limit_data: {bytes: 100KiB}}", "{slicer: {average: 4KiB}}",
        "{latency: {time: 10ms, jitter: 5ms}}", "{bandwidth: {rate: 10Mbit}}", "{corrupt: {byte: 90KiB}}", "duplicate",
        "reorder",
        "{slow_close: {delay: 50ms}}",
    ]) func everyLinkFaultIsSurvived(fault: String) throws {
        let report = try Self.run(
            """
            faults: [{target: slot 2, at: {progress: 20%}, do: \(fault), for: 300ms}]
            expect: {cards: {all: {outcome: success, digest: matches}}}
            """)
        #expect(report.failures == [])
    }

    @Test(arguments: ["close_at", "stall_at", "no_226", "refuse", "{truncate: {bytes: 300KiB}}"])
    func everyPassingServerFaultIsSurvived(fault: String) throws {
        let report = try Self.run(
            "faults: [{at: {progress: 40%}, do: \(fault), optional: true}]\nexpect: {cards: {all: {outcome: success}}}")
        #expect(report.failures == [])
    }

    @Test func cardsStageActivateAndCommitInActs() throws {
        let report = try Self.run(
            """
            steps: [{do: download}, {do: activate}, {do: rollback}, {do: activate}, {do: commit}]
            expect: {cards: {all: {state: committed, running: 2.0.0}}}
            """)
        #expect(report.failures == [])
    }
}
