package import Rollout
package import Scenarios

extension ScenarioGoal {
    package var rolloutGoal: RolloutGoal {
        switch self {
        case .stage: .stage
        case .activate: .activate
        case .commit: .commit
        }
    }
}
