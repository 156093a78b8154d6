import Activation
import ArgumentParser
import CardDialogue
import Plans
import Reports
import Runtime
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

            Only the image of a card's own group is committed: a card that runs another one is left alone. A card that has committed it \
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
        let selected = try selection.read()
        let context = selected.context
        try ShelfRun(isJSON: json).runAtOnce(selected.plan.groups, linkSecurity: selected.plan.security.kind) {
            group, loop in
            let agent = ShelfAgent(
                cards: group.targets(context), engine: "ce \(CE.version)", network: TCPNetwork(loop: loop), loop: loop)
            return ShelfReport(cards: await agent.run(.commit(group.image.manifest)))
        }
    }
}
