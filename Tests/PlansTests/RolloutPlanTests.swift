import Plans
import Rollout
import Settings
import Testing

/// The keys `after`, `rollout` and `protect` of a group.
@Suite struct RolloutPlanTests {
    private static func text(_ lines: String...) -> String {
        """
        groups:
          g:
            image: {url: ftp://h/x, manifest: \(PlanSample.inlineManifest)}
            cards: {1: 127.0.0.1:1, 2: 127.0.0.1:2, 3: 127.0.0.1:3, 4: 127.0.0.1:4}

        """ + lines.map { "    \($0)\n" }.joined()
    }

    private static func read(_ lines: String..., overrides: [SettingsOverride] = []) throws -> RolloutPlan {
        let text = text() + lines.map { "    \($0)\n" }.joined()
        return try PlanReader.read(PlanSample.source(text), folder: "", overrides: overrides).groups[0].rollout
    }

    @Test func aPlanEndsWithTheDownloadUnlessItSaysMore() throws {
        #expect(try Self.read() == RolloutPlan())
        #expect(try Self.read().goal == .stage)
    }

    @Test func allKeysAreRead() throws {
        let plan = try Self.read(
            "after: commit",
            "rollout: {all_or_none: true, canary: [4, 1], waves: 25%, success: 90%, max_failures: 2, soak: 5min, trial: 1h}",
            "protect: [[1, 2], [4, 3]]")
        #expect(
            plan
                == RolloutPlan(
                    goal: .commit, isAllOrNone: true, canary: .slots([4, 1]), wave: .percent(25), successPercent: 90,
                    maximumFailures: 2, soak: .seconds(300), trial: .seconds(3600),
                    protection: [ProtectionPair(1, 2), ProtectionPair(4, 3)]))
    }

    @Test func countsAreReadToo() throws {
        let plan = try Self.read("after: activate", "rollout: {canary: 1, waves: 10, max_failures: 0}")
        #expect(
            plan == RolloutPlan(goal: .activate, canary: .count(1), wave: .count(10), maximumFailures: 0))
    }

    @Test func theCommandLineOverrides() throws {
        let overrides = try ["groups.g.after=commit", "groups.g.rollout.canary=2"].map {
            try SettingsOverride(parsing: $0)
        }
        let plan = try Self.read("after: stage", overrides: overrides)
        #expect(plan == RolloutPlan(goal: .commit, canary: .count(2)))
    }

    @Test(arguments: [
        (
            "after: comit",
            "p.yaml:5:12: groups.g.after is 'comit'; expected one of stage, activate, commit (did you mean 'commit'?)"
        ),
        ("protcet: []", "p.yaml:5:5: groups.g: key 'protcet' is not known (did you mean 'protect'?)"),
        (
            "rollout: {canery: 1}",
            "p.yaml:5:15: groups.g.rollout: key 'canery' is not known (did you mean 'canary'?)"
        ),
        (
            "rollout: {all_or_none: yes}",
            "p.yaml:5:28: groups.g.rollout.all_or_none is 'yes'; expected true or false (did you mean 'true'?)"
        ),
        ("rollout: {canary: 0}", "p.yaml:5:23: groups.g.rollout.canary is 0; it must be from 1 to 65535"),
        (
            "rollout: {canary: []}",
            "p.yaml:5:23: groups.g.rollout.canary is empty; expected a number of cards or a list of slots"
        ),
        (
            "rollout: {canary: [1, 9]}",
            "p.yaml:5:27: groups.g.rollout.canary[1] is slot 9, which is not among the group's cards"
        ),
        (
            "rollout: {waves: 0%}",
            "p.yaml:5:22: groups.g.rollout.waves is '0%'; expected a number of cards, or a part of them such as 25%"
        ),
        ("rollout: {waves: 0}", "p.yaml:5:22: groups.g.rollout.waves is 0; it must be from 1 to 65535"),
        (
            "rollout: {success: 101%}",
            "p.yaml:5:24: groups.g.rollout.success is '101%'; expected a percentage from 0% to 100%"
        ),
        (
            "rollout: {success: 0.9}",
            "p.yaml:5:24: groups.g.rollout.success is '0.9'; expected a percentage from 0% to 100%"
        ),
        (
            "rollout: {max_failures: -1}",
            "p.yaml:5:29: groups.g.rollout.max_failures is '-1'; expected a whole number from 0 to 65535"
        ),
        (
            "rollout: {soak: 8d}",
            "p.yaml:5:21: groups.g.rollout.soak is '8d'; expected a duration such as 60s, 20ms, 200us or 2min"
        ),
        ("rollout: {trial: 1s}", "p.yaml:5:22: groups.g.rollout.trial is 1s; it must be from 10s to 192h"),
        (
            "rollout: {soak: 10min, trial: 5min}",
            "p.yaml:5:35: groups.g.rollout.trial is 5min, and the cards soak for 10min: they would return before they are committed"
        ),
        (
            "protect: 1",
            "p.yaml:5:14: groups.g.protect is a single value; expected a list of pairs of slots, such as [[1, 2], [3, 4]]"
        ),
        ("protect: [[1]]", "p.yaml:5:15: groups.g.protect[0] is no pair; expected two slots, such as [1, 2]"),
        (
            "protect: [[1, 2], [2, 3]]",
            "p.yaml:5:24: groups.g.protect[1][0] is slot 2, which is in a pair already"
        ),
        ("protect: [[1, 1]]", "p.yaml:5:19: groups.g.protect[0][1] is slot 1, which is in a pair already"),
        (
            "protect: [[1, 9]]",
            "p.yaml:5:19: groups.g.protect[0][1] is slot 9, which is not among the group's cards"
        ),
    ]) func anErrorSaysWhereAndWhat(line: String, message: String) {
        #expect(PlanSample.errors(Self.text(line)) == message)
    }

    @Test(arguments: [
        RolloutPlan(),
        RolloutPlan(goal: .activate, canary: .count(3), wave: .count(4)),
        RolloutPlan(
            goal: .commit, isAllOrNone: true, canary: .slots([1, 65535]), wave: .percent(30), successPercent: 100,
            maximumFailures: 0, soak: .milliseconds(1500), trial: .seconds(11), protection: [ProtectionPair(1, 65535)]),
    ]) func whatIsWrittenReadsBack(rollout: RolloutPlan) throws {
        let plan = try PlanWriterTests.plan { $0.groups[0].rollout = rollout }
        #expect(try PlanReader.read(PlanSample.source(PlanWriter.text(of: plan)), folder: "") == plan)
    }
}
