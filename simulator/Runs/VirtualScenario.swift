import Download
import FlashModel
package import Reports
import Runtime
import Scenarios
package import ShelfModel
import SoftwareImage
import VirtualShelf

/// Runs a scenario on the virtual clock, from its file's contents to its report.
package struct VirtualScenario {
    private let request: RunRequest
    private let shelf: ShelfDescription
    private let acts: [PlannedAct]

    /// - Throws: an image that cannot be read, a card that cannot be built.
    package init(_ request: RunRequest, programs: Programs) throws(ShelfError) {
        guard !request.scenario.bootsPrograms else {
            throw ShelfError(
                "scenario \(request.scenario.name) boots programs, which takes real processes: run it with --clock real"
            )
        }
        self.request = request
        shelf = try ShelfDescription(request.scenario, lineCardPath: programs.lineCard)
        acts = try shelf.acts(lineCardPath: programs.lineCard)
    }

    /// - Throws: a deadlock, with its seed.
    package func run() throws -> RunReport {
        let ending = try VirtualActs(shelf, acts: acts, mode: request.mode).run(seed: request.scenario.seed)
        var record = RunRecord(acts: zip(acts, ending.acts).map { act, ended in self.act(act, ended, ending) })
        for (slot, model) in ending.flashes {
            guard let group = shelf.group(ofSlot: slot) else { continue }
            let examination = FlashExamination(
                group: group, known: acts.flatMap(\.groups).map(\.manifest.digest))
            examination.examine(model, slot: slot, into: &record)
        }
        record.restarts = ending.restarts
        record.unfired = ending.unfired
        record.events = ending.events
        record.violations = ending.violations
        return try ReportBuilder(request: request, shelf: shelf, jobs: shelf.jobs).report(
            record, simulator: SimulatorReport(), traceHash: ending.traceHash.description)
    }

    private func act(
        _ act: PlannedAct, _ ended: VirtualActs.ActEnding, _ ending: VirtualActs.Ending
    ) -> RunRecord.Act {
        var report = ended.report
        report?.linkSecurity = request.scenario.linkSecurity.reported
        for (index, group) in act.groups.enumerated() {
            guard let counts = ending.transfers[group.fileName] else { continue }
            report?.groups[index].serverSessions = counts.sessions
            report?.groups[index].serverBytes = counts.bytes
            report?.groups[index].serverCountedBy = "server"
        }
        return RunRecord.Act(
            act: act, report: report, statuses: ended.statuses, hasSucceeded: ended.hasSucceeded,
            isAbandoned: ended.isAbandoned, secondReport: ended.secondReport)
    }
}

extension ScenarioLinkSecurity {
    var reported: LinkSecurity {
        switch self {
        case .tls: .tls
        case .clear: .clear
        }
    }
}
