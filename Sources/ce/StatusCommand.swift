import Activation
import ArgumentParser
import CardDialogue
import Plans
import Reports
import Runtime
import Settings
import TLS
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
              ce status --link-security clear --card 1=127.0.0.1:40001 --card 2=127.0.0.1:40002

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
    @OptionGroup var links: LinkOptions
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
        guard let plan else { return try runWithoutPlan() }
        var arguments = [plan] + links.arguments
        if let slots { arguments += ["--slots", slots.text] }
        if let group { arguments += ["--group", group] }
        try ShelfRun(isJSON: json).run(.look, over: try PlanSelection.parse(arguments).read())
    }

    private func runWithoutPlan() throws {
        var options = PlanOptions()
        links.add(to: &options)
        let security: PlannedSecurity
        do throws(SettingsError) {
            security = try PlanReader.security(of: options)
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
        let targets = try targets(try LinkOptions.context(security))
        try ShelfRun(isJSON: json).run(.look, on: targets, linkSecurity: security.kind)
    }

    private func targets(_ context: TLSContext?) throws -> [CardTarget] {
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
            targets.append(CardTarget(slot: Int(slot), endpoint: endpoint, security: context))
        }
        return targets.sorted { $0.slot < $1.slot }
    }
}
