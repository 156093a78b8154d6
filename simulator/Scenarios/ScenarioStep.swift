/// How far an image is brought, in the words of a plan.
package enum ScenarioGoal: String, CaseIterable, Sendable {
    /// It is in flash, and verified.
    case stage
    /// It runs on trial.
    case activate
    case commit
}

/// What becomes of cards that keep the others of their group waiting, in the words of a plan.
package enum ScenarioStallPolicy: String, CaseIterable, Sendable {
    case stallBudget = "stall-budget"
    case wait
    case drop
}

/// One act of a scenario, begun when the one before has ended.
package struct ScenarioStep: Equatable, Sendable {
    package enum Act: String, CaseIterable, Sendable {
        /// `ce download`.
        case download
        /// `ce activate`, `ce commit`, `ce rollback`, `ce abort`.
        case activate, commit, rollback, abort
        case wait
    }

    package var act: Act
    /// The group that it is for; nil: all of them.
    package var group: String?
    /// Of a download: another image than the group's own.
    package var image: ScenarioImage?
    /// Of a download: how far it is brought; nil: as the group says.
    package var after: ScenarioGoal?
    /// Of a wait.
    package var duration = Duration.zero
    package var exit: ScenarioExpectation.Exit
    /// The version that every card's program must say of itself afterwards; nil: whichever.
    package var running: String?

    package init(
        _ act: Act, group: String? = nil, image: ScenarioImage? = nil, after: ScenarioGoal? = nil,
        exit: ScenarioExpectation.Exit = .success, running: String? = nil
    ) {
        self.act = act
        self.group = group
        self.image = image
        self.after = after
        self.exit = exit
        self.running = running
    }
}
