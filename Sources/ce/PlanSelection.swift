import ArgumentParser
import CardDialogue
import Plans
import Reports
import Settings
import TLS
import Terminal

/// A plan and the part of its cards that is meant.
struct PlanSelection: ParsableArguments {
    @Argument(help: "The plan, a YAML file.")
    var plan: String

    @Option(help: ArgumentHelp("Only this group of the plan.", valueName: "name"))
    var group: String?
    @Option(help: ArgumentHelp("Only these of the plan's cards, such as 1-4,7.", valueName: "slots"))
    var slots: SlotSelection?
    @Option(help: ArgumentHelp("Any value of a plan, as memory=1MiB. May be repeated.", valueName: "path=value"))
    var set: [String] = []
    @OptionGroup var links: LinkOptions

    /// The plan with the cards that are meant.
    ///
    /// - Throws: `ExitCode`, having said what is wrong.
    func read() throws -> SelectedPlan {
        let plan = try readPlan()
        return SelectedPlan(plan: plan, context: try LinkOptions.context(plan.security))
    }

    private func readPlan() throws -> DownloadPlan {
        var options = PlanOptions()
        options.set = set
        options.group = group
        links.add(to: &options)
        var plan: DownloadPlan
        let manifests = ManifestDownload()
        do throws(SettingsError) {
            plan = try PlanReader.read(contentsOf: self.plan, options: options, fetch: manifests.fetch)
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode((manifests.hasFailed ? ProgramExit.unavailable : .badInput).rawValue)
        }
        guard let slots else { return plan }
        let known = plan.groups.flatMap(\.cards).map(\.slot).sorted()
        if let stranger = slots.strangers(to: known).first {
            let all = ReportText.ranges(known.map { Int($0) })
            StandardStream.errors.write("--slots: no card of the plan is in \(stranger); it has \(all)\n")
            throw ExitCode(ProgramExit.usage.rawValue)
        }
        for index in plan.groups.indices { plan.groups[index].cards.removeAll { !slots.contains($0.slot) } }
        plan.groups.removeAll(where: \.cards.isEmpty)
        return plan
    }
}

/// A plan's cards, and the CE's side of their links.
struct SelectedPlan {
    var plan: DownloadPlan
    /// nil: the links are clear.
    var context: TLSContext?

    /// Where the cards of all groups answer, by slot.
    var targets: [CardTarget] { plan.targets(context) }
}

extension DownloadPlan {
    /// Where the cards of all groups answer, by slot.
    func targets(_ context: TLSContext?) -> [CardTarget] {
        groups.flatMap { $0.targets(context) }.sorted { $0.slot < $1.slot }
    }
}

extension PlannedGroup {
    /// Where the cards answer.
    func targets(_ context: TLSContext?) -> [CardTarget] {
        cards.map {
            CardTarget(
                slot: Int($0.slot), endpoint: $0.endpoint, serialNumber: $0.serialNumber, security: context)
        }
    }
}
