import Rollout
package import Scenarios

/// One act of a scenario, with the groups that it is for as they are then: their cards, and the image that each got last.
package struct PlannedAct: Sendable {
    /// From 0.
    package let number: Int
    package let step: ScenarioStep
    package let groups: [ShelfGroup]

    /// Stands in the names of its files: nothing for the first.
    package var suffix: String { number == 0 ? "" : "-\(number + 1)" }

    /// How it is told of.
    package var name: String {
        guard step.act == .download, let image = step.image else { return step.act.rawValue }
        return "download of \(image.name)"
    }
}

extension ShelfDescription {
    /// The scenario's acts, in their order.
    ///
    /// - Throws: an image that cannot be read.
    package func acts(lineCardPath: String) throws(ShelfError) -> [PlannedAct] {
        var current = groups
        var acts: [PlannedAct] = []
        for (number, step) in scenario.steps.enumerated() {
            if step.act == .download, step.image != nil || step.after != nil {
                let following = try ShelfDescription(scenario.following(step), lineCardPath: lineCardPath)
                for group in following.groups {
                    if let index = current.firstIndex(where: { $0.name == group.name }) { current[index] = group }
                }
            }
            acts.append(
                PlannedAct(
                    number: number, step: step, groups: current.filter { step.group == nil || $0.name == step.group }))
        }
        return acts
    }
}

extension Scenario {
    /// The scenario of one of its downloads alone: its groups, with the image and the goal that it has.
    fileprivate func following(_ step: ScenarioStep) -> Scenario {
        var scenario = self
        scenario.groups = groups.filter { step.group == nil || $0.name == step.group }.map { group in
            var group = group
            group.image = step.image ?? group.image
            if let after = step.after {
                group.after = after
                group.rollout.goal = after.rolloutGoal
            }
            return group
        }
        let names = scenario.groups.map(\.name)
        scenario.cards.removeAll { !names.contains($0.group) }
        return scenario
    }
}
