import Activation
import ArgumentParser
import CardDialogue
import Plans
import Rollout

/// `ce rollback`: returns from a trial.
struct RollBackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Let cards on trial return to their committed image.",
        discussion: """
            EXAMPLES
              ce rollback plan.yaml
              ce rollback plan.yaml --slots 3

            Whatever is on trial is ended, and the card restarts; a card that is not on trial is left alone. What is committed is not \
            taken back: activate the other image with a plan of its own. Of two cards that protect one another (the plan's protect) \
            first one restarts, then the other.

            EXIT CODES
              0   no card is on trial any more
              1   one is, or is not back; its remark says why
              64  the command line is wrong; 65 the plan is
            """)

    @OptionGroup var selection: PlanSelection
    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() throws {
        let selected = try selection.read()
        try ShelfRun(isJSON: json).run(.rollBack(selected.plan.groups.flatMap(\.wholePairs)), over: selected)
    }
}

extension PlannedGroup {
    /// Its pairs of cards that protect one another, where both are among its cards.
    var wholePairs: [ProtectionPair] {
        let slots = cards.map { Int($0.slot) }
        return rollout.protection.filter { slots.contains($0.first) && slots.contains($0.second) }
    }
}
