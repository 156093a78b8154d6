import Activation
import ArgumentParser
import Plans

/// `ce abort`: gives up what was begun.
struct AbortCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Let cards give up a download that was begun.",
        discussion: """
            EXAMPLES
              ce abort plan.yaml
              ce abort plan.yaml --slots 7 --reason "replaced by 2.0.1"

            For cards whose engine is gone: a download that another connection still has is ended there, and one that was \
            interrupted is forgotten. A card without either is left alone. What runs, and what is complete in flash, is not touched.

            EXIT CODES
              0   no card has an unfinished download any more
              1   one has; its remark says why
              64  the command line is wrong; 65 the plan is
            """)

    @OptionGroup var selection: PlanSelection
    @Option(help: ArgumentHelp("Why, for the cards' logs.", valueName: "text"))
    var reason = "an operator gave it up"
    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() throws {
        try ShelfRun(isJSON: json).run(.abort(reason: reason), over: try selection.read())
    }
}
