import Faults
import LineCard
import Reports
import Scenarios
import Settings
import ShelfModel

/// The rules that hold after every run of every scenario, whatever befell it, without being asked for.
struct Rules {
    let scenario: Scenario
    let shelf: ShelfDescription
    /// Cards lose their power, which nobody has written into the scenario.
    let cutsPower: Bool

    /// - Parameter record: complete but for its violations.
    func violations(in record: RunRecord) -> [String] {
        outcomes(record) + memory(record) + server(record) + cards(record)
    }

    /// Every download ends with exactly one outcome per card, and one that is no success says why.
    private func outcomes(_ record: RunRecord) -> [String] {
        record.acts.flatMap { ended -> [String] in
            guard let report = ended.report else { return [] }
            let due = ended.act.groups.flatMap(\.cards).map { Int($0.slot) }.sorted()
            var found: [String] = []
            if report.cards.map(\.slot).sorted() != due {
                found.append("\(ended.act.name): the cards that were reported are not those of the shelf, each once")
            }
            let silent = report.cards.filter { !$0.outcome.hasImage && ($0.reason ?? "").isEmpty }.map(\.slot)
            if !silent.isEmpty { found.append("\(ended.act.name): no reason is given for \(Judge.names(of: silent))") }
            let unverified = report.cards.filter { $0.outcome == .success && !$0.digestIsOK }.map(\.slot)
            if !unverified.isEmpty {
                found.append(
                    "\(ended.act.name): success without a verified digest in slots \(ReportText.ranges(unverified))")
            }
            return found
        }
    }

    private func memory(_ record: RunRecord) -> [String] {
        let hasChangedBudget = scenario.faults.contains { $0.action.name == "set_memory" }
        return record.acts.compactMap { ended in
            guard let report = ended.report, !hasChangedBudget else { return nil }
            let (peak, budget) = (report.ce.poolPeakBytes, scenario.pool.budgetBytes)
            return peak > budget
                ? "\(ended.act.name): the pools held \(peak) bytes, and the budget is \(budget)" : nil
        }
    }

    /// In a run in which nobody is spoiled each group's image leaves the server once.
    private func server(_ record: RunRecord) -> [String] {
        guard scenario.faults.isEmpty, !cutsPower, scenario.steps.count == 1, let main = record.main,
            let report = main.report,
            report.mode == .parallel
        else { return [] }
        return report.groups.compactMap { group in
            guard group.serverCountedBy == "server", group.serverFailure == nil, group.serverSessions > 0,
                report.cards.allSatisfy({ $0.group != group.name || $0.outcome.hasImage })
            else { return nil }
            guard group.serverSessions != 1 || group.serverBytes != group.imageBytes else { return nil }
            return
                "group \(group.name): the server gave \(group.serverBytes) bytes in \(group.serverSessions) transfers, and one of \(group.imageBytes) was due"
        }
    }

    private func cards(_ record: RunRecord) -> [String] {
        record.lives.sorted { $0.key < $1.key }.flatMap { slot, life in life.violations.map { "slot \(slot): \($0)" } }
    }
}
