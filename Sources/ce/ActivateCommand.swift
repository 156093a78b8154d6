import Activation
import ArgumentParser
import CardDialogue
import Plans
import Reports
import Rollout
import Runtime
import TLS

/// `ce activate`: boots a staged image, as the plan's roll-out says, without committing it.
struct ActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Let cards boot a staged image on trial.",
        discussion: """
            EXAMPLES
              ce activate plan.yaml
              ce activate plan.yaml --slots 1-4
              ce activate plan.yaml --group adsl
              ce activate plan.yaml --set groups.adsl.rollout.canary=2

            The cards must hold the plan's image already (ce download). They boot it in the order of the plan's rollout: canaries \
            first, wave after wave, cards that protect one another never at the same time. A card that is not committed (ce commit) \
            before its trial ends returns to its old image by itself. The plan's groups are rolled out at the same time, each by itself.

            EXIT CODES
              0    every card runs the image
              1    one does not, or the roll-out was stopped; the remarks say why
              64   the command line is wrong; 65 the plan is
              130  interrupted (Ctrl-C); 143 terminated: cards that were restarting are left to themselves
            """)

    @OptionGroup var selection: PlanSelection
    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() throws {
        let selected = try selection.read()
        let plan = selected.plan
        let jobs = plan.groups.map { job($0, selected.context) }
        try ShelfRun(isJSON: json).runAtOnce(jobs, linkSecurity: plan.security.kind) { job, loop in
            let agent = RolloutAgent(
                job: job, network: TCPNetwork(loop: loop), loop: loop, observer: RolloutPrinter(nil))
            return ShelfReport(await agent.run(), group: plan.groups.count > 1 ? job.group : nil)
        }
    }

    private func job(_ group: PlannedGroup, _ context: TLSContext?) -> RolloutJob {
        var rollout = group.rollout
        rollout.goal = .activate
        // Of a pair that is not whole here the other card is up: nobody takes it down.
        rollout.protection = group.wholePairs
        return RolloutJob(
            group: group.name, manifest: group.image.manifest, plan: rollout, staged: group.targets(context),
            unstaged: [],
            engine: "ce \(CE.version)")
    }
}

extension ShelfReport {
    /// - Parameter group: told with why it was stopped, where there are several.
    init(_ rollout: RolloutResult, group: String?) {
        self.init(
            cards: rollout.cards.map {
                CardStatus(slot: $0.slot, isDone: $0.hasReachedGoal, reason: $0.reason, card: $0.identity)
            }, stopped: rollout.stopReason.map { reason in group.map { "group \($0): \(reason)" } ?? reason })
    }
}
