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

/// A further download to one group of the same shelf, when what came before it has ended.
package struct ScenarioStep: Equatable, Sendable {
    /// The group's name.
    package var group: String
    package var image: ScenarioImage
    package var after: ScenarioGoal
    package var exit: ScenarioExpectation.Exit
    /// The version that the program of every card must say of itself afterwards; nil: whichever.
    package var running: String?
}
