import Activation
import ArgumentParser
import CardDialogue
import Plans
import Reports
import Runtime
import Terminal

/// `ce status`: what the cards run.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Ask cards what they run.",
        discussion: """
            EXAMPLES
              ce status plan.yaml
              ce status plan.yaml --slots 1-4 --json
              ce status --card 1=127.0.0.1:40001 --card 2=127.0.0.1:40002

            For each card: both instances of its flash (version; valid, active: it runs, committed: it runs after a restart), what the \
            program that answers says of itself, how long it is on trial, why it last failed to boot, a download that was not ended, \
            and a flash that is worn. Nothing is changed.

            EXIT CODES
              0   every card has answered
              1   one has not; its remark says why
              64  the command line is wrong; 65 the plan is
            """)

    @Argument(help: "The plan, a YAML file.")
    var plan: String?
    @Option(help: ArgumentHelp("Only this group of the plan.", valueName: "name"))
    var group: String?
    @Option(help: ArgumentHelp("Only these of the plan's cards, such as 1-4,7.", valueName: "slots"))
    var slots: SlotSelection?
    @Option(
        help: ArgumentHelp(
            "A card in place of a plan: its slot and address, as 7=127.0.0.1:40007. Repeat it for each.",
            valueName: "slot=address"))
    var card: [String] = []
    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        guard (plan == nil) != card.isEmpty else {
            throw ValidationError("give either a plan or --card SLOT=ADDRESS:PORT, once for each card")
        }
        if plan == nil && (slots != nil || group != nil) {
            throw ValidationError("--slots and --group choose among a plan's cards; there is no plan")
        }
    }

    func run() throws {
        try ShelfRun(isJSON: json).run(.look, on: try targets())
    }

    private func targets() throws -> [CardTarget] {
        if let plan {
            var arguments = [plan]
            if let slots { arguments += ["--slots", slots.text] }
            if let group { arguments += ["--group", group] }
            return try PlanSelection.parse(arguments).read().targets
        }
        var targets: [CardTarget] = []
        for text in card {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let slot = UInt16(parts[0]), slot > 0, let endpoint = Endpoint(String(parts[1]))
            else {
                throw ValidationError("--card \(text): expected SLOT=ADDRESS:PORT, such as 7=127.0.0.1:40007")
            }
            guard !targets.contains(where: { $0.slot == Int(slot) }) else {
                throw ValidationError("--card \(text): slot \(slot) stands twice")
            }
            targets.append(CardTarget(slot: Int(slot), endpoint: endpoint))
        }
        return targets.sorted { $0.slot < $1.slot }
    }
}
