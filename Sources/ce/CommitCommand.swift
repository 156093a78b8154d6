import Activation
import ArgumentParser
import Plans
import SoftwareImage

/// `ce commit`: keeps what is on trial.
struct CommitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commit",
        abstract: "Let cards keep the image that they run on trial.",
        discussion: """
            EXAMPLES
              ce commit plan.yaml
              ce commit plan.yaml --slots 1-4

            Only the plan's own image is committed: a card that runs another one is left alone. A card that has committed it \
            already is done.

            EXIT CODES
              0   every card has committed the image
              1   one has not; its remark says why
              64  the command line is wrong; 65 the plan is
            """)

    @OptionGroup var selection: PlanSelection
    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() throws {
        let plan = try selection.read()
        try ShelfRun(targets: plan.targets, isJSON: json).run(.commit(plan.group.image.manifest))
    }
}
