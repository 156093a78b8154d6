/// How far an image is brought, in the words of a plan.
package enum ScenarioGoal: String, CaseIterable, Sendable {
    /// It is in flash, and verified.
    case stage
    /// It runs on trial.
    case activate
    case commit
}

/// A further download to the same shelf, when what came before it has ended.
package struct ScenarioStep: Equatable, Sendable {
    package var image: ScenarioImage
    package var after: ScenarioGoal
    package var exit: ScenarioExpectation.Exit
    /// The version that the program of every card must say of itself afterwards; nil: whichever.
    package var running: String?
}
